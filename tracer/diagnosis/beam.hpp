// What the search keeps. It goes through the claimed gradients from the loss down. What explains the
// upper ones is kept (all of it, where several mistakes do); where it does not explain the next one,
// every mistake that can be made on the way there is tried on top of it. So the mistakes of one
// layer are looked for on what the layer above really sent down, and three independent mistakes cost
// a sum of trials, not a product.
//
//   claims in order:  dB3  dW3 │ dB2  dW2 │ dB1  dW1
//   explained by:     nothing  │ relu(Z2) for relu′(Z2)  │ that, and the same at Z1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/diagnosis/trial.hpp"

namespace tracer {

/// How many mistakes are tried together in one layer.
enum class Depth { singles, pairs };

class Beam {
 public:
  /// All must outlive it; the targets are asked in their order.
  Beam(Trial&, const std::vector<Target>&, Depth);
  /// Explanations, the most plausible first; never empty.
  std::vector<Explanation> walk();

 private:
  using Found = std::vector<Explanation>;
  void stage(const Target&);
  Found refitted(const Found&, const Target&);
  std::optional<Explanation> refitted(const Explanation&, const Target&);
  Found extended(const Found&, const Target&);
  Found extensions(const Explanation&, const Target&, const std::string& family);
  Found together(const Explanation&, const Target&);
  Found pairs(const Explanation&, const Target&);
  Found distinct(const Explanation&, const std::vector<const Mistake*>&, const Target&);
  Found unseen_above(const Explanation&, const Target&);
  Explanation unexplained(Explanation, const Target&);
  std::vector<Rational> usual_factors() const;
  std::vector<const Mistake*> mistakes_at(const std::vector<MistakePlace>&);

  Trial& trial_;
  const std::vector<Target>& targets_;
  Depth depth_;
  std::vector<const Target*> done_;  // targets that have had their stage, the latest first
  Found kept_;
};

}  // namespace tracer
