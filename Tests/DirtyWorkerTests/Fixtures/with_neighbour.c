/* A plugin that brings a library along, and finds it beside itself. */
#include "table.h"

int dependency_of_a_plugin(void);

static int32_t handle_by_neighbour(void *app, const DirtyRequest *call) {
    (void)app, (void)call;
    return dependency_of_a_plugin();
}

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .name = "WithNeighbour", .handle = handle_by_neighbour)
