/*
 * dirty_sdk.h: the files that plugin authors get from `dirty sdk` and `dirty new`, held inside the program.
 */
#ifndef DIRTY_SDK_H
#define DIRTY_SDK_H

#include <stddef.h>

/* One file. */
typedef struct DirtySDKFile {
    /* "sdk" for what stands in Sources/CDirtyApp/include, else the language of an example project. */
    const char *group;
    /* Its path in that folder. */
    const char *path;
    /* What is in it, as it was when the program was built. */
    const unsigned char *bytes;
    /* How many bytes. */
    size_t count;
} DirtySDKFile;

/* File number `index`, from 0; NULL behind the last. Static data; any thread. */
const DirtySDKFile *dirty_sdk_file(size_t index);

#endif
