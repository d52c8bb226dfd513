#include "tracer/claims/claim.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {

Precision precision_of(const std::string& name) {
  // unit roundoff 2^-p for p bits of mantissa; smallest number 2^(least exponent - p + 1)
  if (name == "float64") return {name, 0x1p-53, 0x1p-1074};
  if (name == "float32") return {name, 0x1p-24, 0x1p-149};
  if (name == "tf32") return {name, 0x1p-11, 0x1p-136};  // the exponents of float32
  if (name == "float16") return {name, 0x1p-11, 0x1p-24};
  if (name == "bf16" || name == "bfloat16") return {"bf16", 0x1p-8, 0x1p-133};
  throw Error(fmt::format(
      "there is no precision '{}'; there are float64, float32, tf32, float16 and bf16", name));
}

}  // namespace tracer
