/* A library that a plugin needs. */
int dependency_of_a_plugin(void) {
    return 0;
}
