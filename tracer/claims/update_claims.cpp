#include "tracer/claims/update_claims.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/claims/fit_shape.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/error.hpp"
#include "tracer/optimize/optimizer.hpp"

namespace tracer {
namespace {

// 1e-400 is above 0, and 0 as a double: nothing can be divided by it. Nor by what is infinite
// there.
void check_size(const Rational& lr) {
  const auto rate = static_cast<double>(lr);
  if (rate > 0 && std::isfinite(rate)) return;
  throw Error(
      fmt::format("the learning rate is too {} to be a float64", rate > 0 ? "large" : "small"));
}

Rational rate_of(const Program& program, const WeightUpdate& update) {
  if (update.lr) {
    if (*update.lr <= 0) throw Error("the learning rate must be above 0");
    check_size(*update.lr);
    return *update.lr;
  }
  const std::string say = "say with what learning rate the weights were updated: --lr 0.1";
  if (!program.training)
    throw Error(fmt::format("{} has no train line; {}", program.source->name(), say));
  const OptimizerCall& call = program.training->optimizer;
  if (call.name != "sgd") {
    throw Error(fmt::format(
        "{} trains with {}, whose step is not the gradient times a number; make one step of plain "
        "gradient descent, and {}",
        program.source->name(), call.name, say));
  }
  const Optimizer sgd = Optimizer::make({call.name, call.numbers, call.flags});
  if (sgd.number("weight_decay") != 0) {
    throw Error(fmt::format("{} trains with a weight decay, which would count as gradient; {}",
                            program.source->name(), say));
  }
  check_size(sgd.number("lr"));
  return sgd.number("lr");
}

}  // namespace

Claims update_claims(Program& program, const WeightUpdate& update, const ClaimOptions& options) {
  const auto lr = static_cast<long double>(rate_of(program, update));
  replace_values(program, update.before, update.before_source);
  const std::shared_ptr<const BatchGraph> shared = program.graph(first_batch(program));
  const BatchGraph& batch = *shared;
  // Read as gradients, both files go through the same names and shapes; what they hold are weights.
  const Claims before =
      claims_from(update.before, program, batch, {update.before_source, options.precision});
  Claims made = claims_from(update.after, program, batch, {update.after_source, options.precision});
  std::erase_if(made.claims, [](const Claim& claim) { return !claim.gradient; });
  for (Claim& claim : made.claims) {
    if (claim.unsummed.size() > 0 || claim.one_for_all || claim.summed_over_units.size() > 0) {
      throw Error(fmt::format("{} in {} has another shape than {}, of which it is the new value",
                              claim.called, update.after_source, claim.name));
    }
    const auto old = std::ranges::find_if(
        before.claims, [&](const Claim& b) { return b.gradient && b.name == claim.name; });
    if (old == before.claims.end()) {
      throw Error(fmt::format("{} is in {} and not in {}; both files have the same parameters",
                              claim.called, update.after_source, update.before_source));
    }
    // each may have been rounded when it was written
    const Reals rounded = claim.values.abs() * static_cast<long double>(claim.precision.unit) +
                          old->values.abs() * static_cast<long double>(old->precision.unit);
    claim.half_unit = (claim.half_unit + old->half_unit + rounded) / lr;
    claim.values = (old->values - claim.values) / lr;
    claim.remarks.push_back(fmt::format("({} before − {} after)/{}", claim.called, claim.called,
                                        static_cast<double>(lr)));
  }
  for (const Claim& old : before.claims) {
    if (old.gradient && std::ranges::count(made.missing, old.name) > 0) {
      throw Error(fmt::format("{} is in {} and not in {}; both files have the same parameters",
                              old.called, update.before_source, update.after_source));
    }
  }
  return made;
}

}  // namespace tracer
