/* Parts of plugins whose only point is their table. */
#ifndef TABLE_H
#define TABLE_H

#include "dirty_app.h"

static inline int32_t handle_nothing(void *app, const DirtyRequest *request) {
    (void)app, (void)request;
    return DIRTY_OK;
}

/* Exports `...` as the plugin's table. */
#define EXPORT_TABLE(...) \
    const DirtyApp *dirty_app_v1(void) { \
        static const DirtyApp table = {__VA_ARGS__}; \
        return &table; \
    }

#endif
