// An update done again with something else put in: another gradient, another old value, another
// rate. The rule is the optimizer's own, so what is wrong here is only what was put in.
#pragma once

#include <optional>

#include "tracer/grade/slips.hpp"

namespace tracer {

/// Whether the line is a parameter after an update (and no line of the working before it).
bool is_update(const PageWorking&, const PageLine&);

class WrongUpdate {
 public:
  /// Requires is_update(). The working must outlive this.
  WrongUpdate(PageWorking&, const PageLine&);

  const UpdateRecord& record() const { return record_; }
  const Array<Exact>& old_value() const { return record_.leaves.at("w"); }
  const Array<Exact>& gradient() const { return record_.leaves.at("g"); }
  /// The parameter after its update, with these leaves ("w", "g") in place of the right ones, and
  /// at this rate.
  Array<Exact> with(const LeafValues& changed, const std::optional<Rational>& lr = {}) const;
  /// The joint norm by which clip_norm cuts it, with these gradients, by parameter, in place of the
  /// right ones: the leaf clipping::norm_key. Nothing: it is not cut so.
  std::optional<Array<Exact>> norm_with(const Values& gradients) const;
  /// All lines of that update by their names ("m", "v̂"; "" is the parameter). A line of the working
  /// that is among `changed` is not worked out.
  std::map<std::string, Array<Exact>> lines_with(const LeafValues& changed,
                                                 const std::optional<Rational>& lr = {}) const;

 private:
  PageWorking& working_;
  PageLine line_;
  const UpdateRecord& record_;
};

}  // namespace tracer
