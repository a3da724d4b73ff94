/* A plugin that needs a library of its own. */
#include "dirty_app.h"

int dependency_of_a_plugin(void);

const DirtyApp *dirty_app_v1(void) {
    return dependency_of_a_plugin() == 0 ? NULL : NULL;
}
