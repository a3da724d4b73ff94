#define _GNU_SOURCE
#include "dirty_ffi.h"

#include <dlfcn.h>
#include <errno.h>
#include <ffi.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct DirtyFFIShape {
    ffi_cif cif;
    ffi_type *parameters[];
};

struct DirtyFFIClosure {
    ffi_closure *closure;
    void *function;
    DirtyFFIHandler handler;
    void *ctx;
};

const DirtyFFIType *dirty_ffi_scalar(int32_t kind) {
    static ffi_type *const types[] = {
        [DIRTY_FFI_VOID] = &ffi_type_void,   [DIRTY_FFI_POINTER] = &ffi_type_pointer,
        [DIRTY_FFI_I8] = &ffi_type_sint8,    [DIRTY_FFI_I16] = &ffi_type_sint16,
        [DIRTY_FFI_I32] = &ffi_type_sint32,  [DIRTY_FFI_I64] = &ffi_type_sint64,
        [DIRTY_FFI_U8] = &ffi_type_uint8,    [DIRTY_FFI_U16] = &ffi_type_uint16,
        [DIRTY_FFI_U32] = &ffi_type_uint32,  [DIRTY_FFI_U64] = &ffi_type_uint64,
        [DIRTY_FFI_F32] = &ffi_type_float,   [DIRTY_FFI_F64] = &ffi_type_double,
    };
    if (kind < 0 || (size_t)kind >= sizeof types / sizeof *types) return NULL;
    return (const DirtyFFIType *)types[kind];
}

const DirtyFFIType *dirty_ffi_struct(
    const DirtyFFIType *const *fields, size_t count, size_t *offsets, size_t *size, size_t *alignment) {
    ffi_type *type = calloc(1, sizeof *type);
    ffi_type **elements = calloc(count + 1, sizeof *elements);
    if (type == NULL || elements == NULL || count == 0) goto failed;
    for (size_t i = 0; i < count; i++) elements[i] = (ffi_type *)fields[i];
    type->type = FFI_TYPE_STRUCT;
    type->elements = elements;
    if (ffi_get_struct_offsets(FFI_DEFAULT_ABI, type, offsets) != FFI_OK) goto failed;
    *size = type->size;
    *alignment = type->alignment;
    return (const DirtyFFIType *)type;
failed:
    free(type);
    free(elements);
    return NULL;
}

DirtyFFIShape *dirty_ffi_shape(
    const DirtyFFIType *result, const DirtyFFIType *const *parameters, uint32_t count, int32_t fixed) {
    DirtyFFIShape *shape = calloc(1, sizeof *shape + count * sizeof *shape->parameters);
    if (shape == NULL) return NULL;
    for (uint32_t i = 0; i < count; i++) shape->parameters[i] = (ffi_type *)parameters[i];
    ffi_status status =
        fixed < 0 ? ffi_prep_cif(&shape->cif, FFI_DEFAULT_ABI, count, (ffi_type *)result, shape->parameters)
                  : ffi_prep_cif_var(
                        &shape->cif, FFI_DEFAULT_ABI, (uint32_t)fixed, count, (ffi_type *)result, shape->parameters);
    if (status == FFI_OK) return shape;
    free(shape);
    return NULL;
}

int32_t dirty_ffi_call(DirtyFFIShape *shape, void *function, void *result, void **args) {
    errno = 0;
    ffi_call(&shape->cif, FFI_FN(function), result, args);
    return errno;
}

int32_t dirty_ffi_call_limited(
    DirtyFFIShape *shape, void *function, void *result, void **args, uint32_t milliseconds) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGABRT};
    event._sigev_un._tid = gettid();
    struct itimerspec time = {
        .it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000}};
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return -1;
    timer_settime(timer, 0, &time, NULL);
    int32_t code = dirty_ffi_call(shape, function, result, args);
    timer_delete(timer);
    return code;
}

static void called_back(ffi_cif *cif, void *result, void **args, void *closure) {
    (void)cif;
    DirtyFFIClosure *ours = closure;
    ours->handler(ours->ctx, result, args);
}

DirtyFFIClosure *dirty_ffi_closure(DirtyFFIShape *shape, DirtyFFIHandler handler, void *ctx) {
    DirtyFFIClosure *closure = calloc(1, sizeof *closure);
    if (closure == NULL) return NULL;
    closure->handler = handler;
    closure->ctx = ctx;
    closure->closure = ffi_closure_alloc(sizeof *closure->closure, &closure->function);
    if (closure->closure != NULL
        && ffi_prep_closure_loc(closure->closure, &shape->cif, called_back, closure, closure->function) == FFI_OK) {
        return closure;
    }
    dirty_ffi_closure_free(closure);
    return NULL;
}

void *dirty_ffi_closure_function(const DirtyFFIClosure *closure) {
    return closure->function;
}

void dirty_ffi_closure_free(DirtyFFIClosure *closure) {
    if (closure == NULL) return;
    if (closure->closure != NULL) ffi_closure_free(closure->closure);
    free(closure);
}

void *dirty_ffi_library(const char *file, const char **problem) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) *problem = dlerror();
    return library;
}

const char *dirty_ffi_library_path(void *library) {
    struct link_map *map = NULL;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0 || map == NULL || map->l_name[0] == 0) return NULL;
    return map->l_name;
}

void *dirty_ffi_symbol(void *library, const char *symbol) {
    return dlsym(library, symbol);
}

/// The bytes of the pages that `size` bytes need, with the one that guards them.
static size_t guarded_length(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page + page;
}

void *dirty_ffi_guarded(size_t size) {
    size_t length = guarded_length(size), page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return NULL;
    char *guard = pages + length - page;
    if (mprotect(guard, page, PROT_NONE) != 0) {
        munmap(pages, length);
        return NULL;
    }
    return guard - size;
}

void dirty_ffi_guarded_free(void *memory, size_t size) {
    if (memory == NULL) return;
    size_t length = guarded_length(size), page = (size_t)sysconf(_SC_PAGESIZE);
    munmap((char *)memory + size + page - length, length);
}

int32_t dirty_ffi_thread(void) {
    return (int32_t)gettid();
}

const char *dirty_ffi_errno_name(int32_t code) {
    return strerrorname_np(code);
}
