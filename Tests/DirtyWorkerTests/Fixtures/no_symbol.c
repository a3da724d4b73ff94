/* A library that is no plugin. */
int no_entry_point(void) {
    return 0;
}
