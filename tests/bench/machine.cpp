#include "tests/bench/machine.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string_view>
#include <thread>

#include <fmt/format.h>

namespace tracer::bench {

namespace {

// By name at run time, for the reference BLAS would do too, and lacks it.
template <class Function>
Function* of_openblas(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

bool has_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

}  // namespace

std::string blas_core() {
  const auto core = of_openblas<char*()>("openblas_get_corename");
  if (!core) return "not on OpenBLAS";
  // the oldest that it has: it does not know this processor, and computes without AVX
  const bool is_lost = std::string_view(core()) == "Prescott" && has_avx2();
  return fmt::format("OpenBLAS core {}{}", core(), is_lost ? ", unknown to it: see --core" : "");
}

void set_blas_threads(int threads) {
  if (const auto set = of_openblas<void(int)>("openblas_set_num_threads")) set(threads);
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  return fmt::format("{} cores, {}", std::thread::hardware_concurrency(), model);
}

std::vector<std::string> tuning_variables() {
  constexpr std::array<std::string_view, 9> beginnings{
      "OPENBLAS_", "GOTO_", "OMP_", "GOMP_", "KMP_", "MKL_", "DNNL_", "ONEDNN_", "ATEN_"};
  std::vector<std::string> found;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view variable(*entry);
    for (const std::string_view beginning : beginnings) {
      if (variable.starts_with(beginning))
        found.emplace_back(variable.substr(0, variable.find('=')));
    }
  }
  return found;
}

}  // namespace tracer::bench
