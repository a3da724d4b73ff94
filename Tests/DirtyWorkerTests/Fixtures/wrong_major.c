/* A plugin of the next major version only. */
const void *dirty_app_v2(void) {
    return 0;
}
