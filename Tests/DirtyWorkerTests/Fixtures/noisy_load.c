/* A plugin that prints while it is loaded and asked for its table. */
#include "table.h"

#include <stdio.h>

__attribute__((constructor)) static void print_when_loaded(void) {
    puts("printed while loading");
    fflush(stdout);
}

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .name = "Noisy", .version = "2.5", .handle = handle_nothing)
