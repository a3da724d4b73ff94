// What a camera notes beside the picture.
#pragma once

#include "dirty_app.h"

namespace thumbnail {

/// The orientation that a JPEG's Exif data tells, 1 to 8; 1 if there is none, or none that can be read.
int exif_orientation(DirtyView jpeg);

}  // namespace thumbnail
