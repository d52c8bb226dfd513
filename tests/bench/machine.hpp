// What the figures belong to: the processor, and the kernels that OpenBLAS has chosen for it.
#pragma once

#include <string>
#include <vector>

namespace tracer::bench {

/// "OpenBLAS core SkylakeX"; says so where the BLAS is another.
std::string blas_core();
/// How many threads OpenBLAS uses from now on; nothing happens where the BLAS is another.
void set_blas_threads(int);
/// "2 cores, AMD EPYC"
std::string processor();

/// Variables of the environment that change how libraries compute (OPENBLAS_CORETYPE,
/// OMP_NUM_THREADS ...): a preset value would slow some sides and not others. Those set.
std::vector<std::string> tuning_variables();

}  // namespace tracer::bench
