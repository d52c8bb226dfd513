#include "tracer/ranks/started.hpp"

#include <dlfcn.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;

std::optional<int> number_of(const char* variable) {
  const char* const text = std::getenv(variable);
  int number = 0;
  if (text == nullptr) return std::nullopt;
  const char* const end = text + std::strlen(text);
  const auto [after, failed] = std::from_chars(text, end, number);
  if (failed != std::errc() || after != end) return std::nullopt;
  return number;
}

// Beside the program where it is built, in a folder of its own where it is installed.
std::optional<fs::path> module_file() {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
  for (const fs::path& place :
       {program / "tracer_mpi.so", program / "../lib/tracer/tracer_mpi.so",
        program / "../tracer_mpi.so", fs::path(TRACER_MODULES_INSTALL_DIR) / "tracer_mpi.so"}) {
    if (fs::is_regular_file(place, none)) return place;
  }
  return std::nullopt;
}

}  // namespace

Started started_processes() {
  constexpr std::pair<const char*, const char*> variables[]{
      {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
      {"PMI_RANK", "PMI_SIZE"},
      {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}};
  for (const auto& [rank, size] : variables) {
    const auto number = number_of(rank);
    const auto of = number_of(size);
    if (number && of && *of > 1 && *number >= 0 && *number < *of) return {*number, *of};
  }
  return {};
}

bool can_work_together() { return module_file().has_value(); }

std::unique_ptr<Ranks> start_ranks() {
  const Started started = started_processes();
  if (started.size == 1) return nullptr;
  const std::string all = fmt::format("{} processes were started", started.size);
  const auto file = module_file();
  if (!file) {
    throw Error(
        fmt::format("{}, but this tracer was built without MPI, and each would do the same work; "
                    "install libopenmpi-dev and openmpi-bin and build tracer again, or start it "
                    "without mpirun",
                    all));
  }
  // its own libraries must find its symbols, as plug-ins of OpenMPI do: hence global
  void* const module = dlopen(file->c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (module == nullptr)
    throw Error(fmt::format("{}, but MPI can't be loaded: {}", all, dlerror()));
  auto* const make = reinterpret_cast<MakeRanks*>(dlsym(module, make_ranks_name));
  if (make == nullptr) {
    throw Error(fmt::format("{}, but {} is of another version of tracer; build it again", all,
                            file->string()));
  }
  std::unique_ptr<Ranks> ranks(make());
  if (ranks->size() != started.size) {
    throw Error(
        fmt::format("{}, but MPI knows of {}: tracer was built for another MPI than this "
                    "mpirun is of; build it again where this one's mpicxx comes first",
                    all, ranks->size()));
  }
  return ranks;
}

}  // namespace tracer
