// The parts of `tracer data`: list, show, download, make.
#pragma once

#include "tracer/cli/commands.hpp"

namespace tracer::cli {

Command data_list();
Command data_show();
Command data_download();
Command data_make();

}  // namespace tracer::cli
