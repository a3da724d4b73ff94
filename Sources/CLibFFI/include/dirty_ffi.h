/*
 * dirty_ffi.h: libffi as the FFI plugin needs it.
 *
 * libffi's types are global variables, and its closures call C functions: neither is for Swift. Here types are made by
 * functions, a call gives back the errno that it left, and callbacks arrive with a pointer of ours.
 *
 * What is made here lives as long as the process, unless a function to free it is named. Not thread-safe, except
 * dirty_ffi_call on different calls.
 */
#ifndef DIRTY_FFI_H
#define DIRTY_FFI_H

#include <stddef.h>
#include <stdint.h>

/* Kinds of scalars. */
enum {
    DIRTY_FFI_VOID,
    DIRTY_FFI_POINTER,
    DIRTY_FFI_I8,
    DIRTY_FFI_I16,
    DIRTY_FFI_I32,
    DIRTY_FFI_I64,
    DIRTY_FFI_U8,
    DIRTY_FFI_U16,
    DIRTY_FFI_U32,
    DIRTY_FFI_U64,
    DIRTY_FFI_F32,
    DIRTY_FFI_F64
};

/* A type of a parameter or result. */
typedef struct DirtyFFIType DirtyFFIType;

/* A function's shape, ready to be called by. */
typedef struct DirtyFFIShape DirtyFFIShape;

/* A function pointer that calls back. */
typedef struct DirtyFFIClosure DirtyFFIClosure;

/* What a closure calls: stores its result in `result`, as wide as a register where it is narrower; `args[i]` points to
 * argument i. On the thread that the library calls it on. */
typedef void (*DirtyFFIHandler)(void *ctx, void *result, void *const *args);

/* The type of a DIRTY_FFI_… kind; NULL for another number. */
const DirtyFFIType *dirty_ffi_scalar(int32_t kind);

/* A struct of `count` fields, at least one. Stores in `offsets` where each field begins, and the struct's size and
 * alignment. NULL if there is no memory, or libffi can't lay it out. */
const DirtyFFIType *dirty_ffi_struct(
    const DirtyFFIType *const *fields, size_t count, size_t *offsets, size_t *size, size_t *alignment);

/* The shape of a function of `count` parameters, of which the first `fixed` stand before `...`; `fixed` is -1 if there
 * is none. NULL if there is no memory, or libffi knows no such call. */
DirtyFFIShape *dirty_ffi_shape(
    const DirtyFFIType *result, const DirtyFFIType *const *parameters, uint32_t count, int32_t fixed);

/* Calls `function`. `args[i]` points to argument i; `result` has room for it, and for a register at least. errno is 0
 * when the function begins.
 *
 * Returns the errno that the function left. */
int32_t dirty_ffi_call(DirtyFFIShape *shape, void *function, void *result, void **args);

/* The same, but the process gets SIGABRT on the calling thread if the function runs for more than `milliseconds`.
 *
 * Returns the errno, or -1 and calls nothing if there is no timer to be had. */
int32_t dirty_ffi_call_limited(
    DirtyFFIShape *shape, void *function, void *result, void **args, uint32_t milliseconds);

/* A function of `shape` that calls `handler` with `ctx`. NULL if there is no memory that may be executed. */
DirtyFFIClosure *dirty_ffi_closure(DirtyFFIShape *shape, DirtyFFIHandler handler, void *ctx);

/* The function pointer of a closure. */
void *dirty_ffi_closure_function(const DirtyFFIClosure *closure);

/* Ends a closure that nobody calls any more. */
void dirty_ffi_closure_free(DirtyFFIClosure *closure);

/* Loads a library, for the process's life. NULL, and a text in `*problem`, if it can't be loaded. */
void *dirty_ffi_library(const char *file, const char **problem);

/* The file that a library was loaded from; NULL if it isn't known. */
const char *dirty_ffi_library_path(void *library);

/* A function of a library; NULL if it has none of that name. */
void *dirty_ffi_symbol(void *library, const char *symbol);

/* `size` zeroed bytes whose end touches a page that can't be read or written; NULL if there is no memory. Freed by
 * dirty_ffi_guarded_free with the same size. */
void *dirty_ffi_guarded(size_t size);

/* Frees what dirty_ffi_guarded gave. */
void dirty_ffi_guarded_free(void *memory, size_t size);

/* The calling thread's number. */
int32_t dirty_ffi_thread(void);

/* The symbolic name of an errno, such as ENOENT; NULL if it has none. */
const char *dirty_ffi_errno_name(int32_t code);

#endif
