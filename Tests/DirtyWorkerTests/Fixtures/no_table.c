/* A plugin without a table. */
#include "dirty_app.h"

const DirtyApp *dirty_app_v1(void) {
    return NULL;
}
