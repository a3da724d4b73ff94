// What libn.so needs, from a folder beside its own.
int neighbour_number(void) {
    return 42;
}
