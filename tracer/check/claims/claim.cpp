#include "tracer/check/claims/claim.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {

Precision precision_of(const std::string& name) {
  if (name == "float64") return {name, 0x1p-53};
  if (name == "float32") return {name, 0x1p-24};
  if (name == "tf32" || name == "float16") return {name, 0x1p-11};
  if (name == "bf16") return {name, 0x1p-8};
  throw Error(fmt::format(
      "there is no precision '{}'; there are float64, float32, tf32, float16 and bf16", name));
}

}  // namespace tracer
