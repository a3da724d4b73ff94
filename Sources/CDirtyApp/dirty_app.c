#include "dirty_app.h"
