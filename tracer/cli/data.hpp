// The parts of `tracer data`: list, show, download, make. Each adds itself to the command and
// returns what runs it.
#pragma once

#include "tracer/cli/commands.hpp"

namespace tracer::cli {

Command add_data_list(CLI::App& data);
Command add_data_show(CLI::App& data);
Command add_data_download(CLI::App& data);
Command add_data_make(CLI::App& data);

}  // namespace tracer::cli
