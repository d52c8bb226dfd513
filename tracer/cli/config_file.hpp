// --config FILE.toml: flags of a command from a file, as if they stood on the command line.
//
//   layers = [784, 128, 10]
//   batch_size = 64          # or batch-size
//   early-stopping = true
#pragma once

#include <string>
#include <vector>

#include "tracer/cli/commands.hpp"

namespace tracer::cli {

/// The arguments (without the program's name) with those of the --config file put in; what stands
/// on the command line itself counts, not the file. Without --config: as they are. Throws Error: a
/// file that can't be read, a name that the command has no flag for (with the nearest that it has),
/// a table.
std::vector<std::string> with_config(std::vector<std::string> arguments,
                                     const std::vector<Command>&);

/// " ; did you mean --epochs?", or "": for a flag that is none of those there are.
std::string nearest_flag(const std::vector<std::string>& there_are, const std::string& flag);

}  // namespace tracer::cli
