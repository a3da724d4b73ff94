#include "dirty_sdk.h"

// Embedded, not copied: what the program hands out is what stands in the repository, and it is rebuilt when that changes.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char sdk_dirty_app_h[] = {
#embed "../CDirtyApp/include/dirty_app.h"
};
static const unsigned char sdk_dirty_app_hpp[] = {
#embed "../CDirtyApp/include/dirty_app.hpp"
};
static const unsigned char sdk_dirty_app_rs[] = {
#embed "../CDirtyApp/include/dirty_app.rs"
};

static const unsigned char c_readme_md[] = {
#embed "../../docs/examples/plugins/c/README.md"
};
static const unsigned char c_makefile[] = {
#embed "../../docs/examples/plugins/c/Makefile"
};
static const unsigned char c_sample_c[] = {
#embed "../../docs/examples/plugins/c/sample.c"
};
static const unsigned char c_gitignore[] = {
#embed "../../docs/examples/plugins/c/.gitignore"
};

static const unsigned char cpp_readme_md[] = {
#embed "../../docs/examples/plugins/cpp/README.md"
};
static const unsigned char cpp_makefile[] = {
#embed "../../docs/examples/plugins/cpp/Makefile"
};
static const unsigned char cpp_sample_cpp[] = {
#embed "../../docs/examples/plugins/cpp/sample.cpp"
};
static const unsigned char cpp_gitignore[] = {
#embed "../../docs/examples/plugins/cpp/.gitignore"
};

static const unsigned char rust_readme_md[] = {
#embed "../../docs/examples/plugins/rust/README.md"
};
static const unsigned char rust_cargo_toml[] = {
#embed "../../docs/examples/plugins/rust/Cargo.toml"
};
static const unsigned char rust_src_lib_rs[] = {
#embed "../../docs/examples/plugins/rust/src/lib.rs"
};
static const unsigned char rust_gitignore[] = {
#embed "../../docs/examples/plugins/rust/.gitignore"
};

static const unsigned char swift_readme_md[] = {
#embed "../../docs/examples/plugins/swift/README.md"
};
static const unsigned char swift_package_swift[] = {
#embed "../../docs/examples/plugins/swift/Package.swift"
};
static const unsigned char swift_sources_sample_sample_swift[] = {
#embed "../../docs/examples/plugins/swift/Sources/Sample/Sample.swift"
};
static const unsigned char swift_tests_sampletests_sampletests_swift[] = {
#embed "../../docs/examples/plugins/swift/Tests/SampleTests/SampleTests.swift"
};
static const unsigned char swift_gitignore[] = {
#embed "../../docs/examples/plugins/swift/.gitignore"
};

static const unsigned char test_sh[] = {
#embed "../../docs/examples/plugins/test.sh"
};

static const DirtySDKFile files[] = {
    {"sdk", "dirty_app.h", sdk_dirty_app_h, sizeof sdk_dirty_app_h},
    {"sdk", "dirty_app.hpp", sdk_dirty_app_hpp, sizeof sdk_dirty_app_hpp},
    {"sdk", "dirty_app.rs", sdk_dirty_app_rs, sizeof sdk_dirty_app_rs},
    {"c", "README.md", c_readme_md, sizeof c_readme_md},
    {"c", "Makefile", c_makefile, sizeof c_makefile},
    {"c", "sample.c", c_sample_c, sizeof c_sample_c},
    {"c", ".gitignore", c_gitignore, sizeof c_gitignore},
    {"cpp", "README.md", cpp_readme_md, sizeof cpp_readme_md},
    {"cpp", "Makefile", cpp_makefile, sizeof cpp_makefile},
    {"cpp", "sample.cpp", cpp_sample_cpp, sizeof cpp_sample_cpp},
    {"cpp", ".gitignore", cpp_gitignore, sizeof cpp_gitignore},
    {"rust", "README.md", rust_readme_md, sizeof rust_readme_md},
    {"rust", "Cargo.toml", rust_cargo_toml, sizeof rust_cargo_toml},
    {"rust", "src/lib.rs", rust_src_lib_rs, sizeof rust_src_lib_rs},
    {"rust", ".gitignore", rust_gitignore, sizeof rust_gitignore},
    {"swift", "README.md", swift_readme_md, sizeof swift_readme_md},
    {"swift", "Package.swift", swift_package_swift, sizeof swift_package_swift},
    {"swift", "Sources/Sample/Sample.swift", swift_sources_sample_sample_swift, sizeof swift_sources_sample_sample_swift},
    {"swift", "Tests/SampleTests/SampleTests.swift", swift_tests_sampletests_sampletests_swift, sizeof swift_tests_sampletests_sampletests_swift},
    {"swift", ".gitignore", swift_gitignore, sizeof swift_gitignore},
    {"c", "test.sh", test_sh, sizeof test_sh},
    {"cpp", "test.sh", test_sh, sizeof test_sh},
    {"rust", "test.sh", test_sh, sizeof test_sh},
};

const DirtySDKFile *dirty_sdk_file(size_t index) {
    return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
