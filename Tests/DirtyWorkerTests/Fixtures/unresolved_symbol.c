/* A plugin that calls a function which nobody defines. */
#include "dirty_app.h"

const DirtyApp *function_that_nobody_defines(void);

const DirtyApp *dirty_app_v1(void) {
    return function_that_nobody_defines();
}
