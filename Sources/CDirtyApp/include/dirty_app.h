#ifndef DIRTY_APP_H
#define DIRTY_APP_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define DIRTY_OK 0
#define DIRTY_PENDING 1
#define DIRTY_E_INTERNAL (-1)
#define DIRTY_E_INVALID (-2)
#define DIRTY_E_NOT_FOUND (-3)
#define DIRTY_E_UNSUPPORTED (-4)
#define DIRTY_E_BUSY (-5)
#define DIRTY_E_CANCELLED (-6)
#define DIRTY_E_DEADLINE (-7)
#define DIRTY_E_GONE (-8)
#define DIRTY_E_NOMEM (-9)
#define DIRTY_E_TOO_LARGE (-10)
#define DIRTY_E_POISONED (-11)

#define DIRTY_ABI_MAJOR 1
#define DIRTY_ABI_MINOR 0

#define DIRTY_APP_CONCURRENT (UINT64_C(1) << 0)
#define DIRTY_APP_PINNED (UINT64_C(1) << 32)
#define DIRTY_APP_EXCLUSIVE (UINT64_C(1) << 33)

#define DIRTY_LOG_DEBUG 0
#define DIRTY_LOG_INFO 1
#define DIRTY_LOG_WARNING 2
#define DIRTY_LOG_ERROR 3

#define DIRTY_EMIT_CHUNK 0

typedef struct DirtyView { const uint8_t *ptr; size_t len; } DirtyView;
typedef struct DirtyOut { const uint8_t *ptr; size_t len; void (*release)(void *ctx); void *ctx; } DirtyOut;

typedef struct DirtyRequest {
    uint32_t struct_size, flags;
    uint64_t id;
    uint64_t deadline_ns;
    DirtyView action, args, kwargs;
    const DirtyView *attachments;
    uint32_t attachment_count, reserved;
} DirtyRequest;

typedef struct DirtyHost {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor;
    void *ctx;
    int32_t (*poll)(void *ctx, uint64_t id);
    int32_t (*emit)(void *ctx, uint64_t id, int32_t kind, const char *json, size_t len, const DirtyOut *atts, uint32_t n);
    int32_t (*finish)(void *ctx, uint64_t id, int32_t status, const char *json, size_t len, const DirtyOut *atts, uint32_t n);
    void *(*alloc)(void *ctx, uint64_t id, size_t size);
    void (*log)(void *ctx, int32_t level, const char *msg, size_t len);
    const void *(*extension)(void *ctx, const char *name);
} DirtyHost;

typedef struct DirtyApp {
    uint32_t struct_size;
    uint16_t abi_minor, min_host_minor;
    uint64_t flags;
    const char *name, *version, *manifest;
    int32_t (*open)(const DirtyHost *host, const char *config, size_t len, void **app, char *err, size_t err_cap);
    int32_t (*handle)(void *app, const DirtyRequest *request);
    void (*close)(void *app);
    void (*cancel)(void *app, uint64_t id, int32_t why);
    const void *(*extension)(void *app, const char *name);
} DirtyApp;

const DirtyApp *dirty_app_v1(void);

#ifdef __cplusplus
}
#endif
#endif
