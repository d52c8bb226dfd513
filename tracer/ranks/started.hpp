// Has this process been started with others, by mpirun or srun? Next: ranks.hpp.
#pragma once

#include <memory>

#include "tracer/ranks/ranks.hpp"

namespace tracer {

/// What the launcher says of this process.
struct Started {
  int rank = 0;
  int size = 1;
};
/// By the variables that OpenMPI, MPICH (and all that speak PMI) and srun set; those of a Slurm job
/// outside srun do not count, for there the program runs once.
Started started_processes();

/// Whether the module is there that speaks with the others.
bool can_work_together();

/// The processes that were started with this one; null: it is alone. Throws Error where there are
/// others and no module to speak with them, or one of another MPI than the launcher's.
std::unique_ptr<Ranks> start_ranks();

/// What the module has, by this name, which is another where Ranks is another.
using MakeRanks = Ranks*();
inline constexpr const char* make_ranks_name = "tracer_ranks_1";

}  // namespace tracer
