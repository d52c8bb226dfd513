#include "tracer/claims/read_claims.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/array_names.hpp"
#include "tracer/claims/fit_shape.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/claims/state_dict.hpp"
#include "tracer/error.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/optimize/optimizer.hpp"

namespace tracer {
namespace {

enum class Section { open, gradients, values, given };

Section section_of(const NamedArray& array) {
  static const std::set<std::string> gradients{"grads", "grad", "gradients", "gradient"};
  static const std::set<std::string> values{"values", "outputs", "activations", "forward"};
  if (array.section.empty()) return Section::open;
  if (gradients.contains(array.section)) return Section::gradients;
  return values.contains(array.section) ? Section::values : Section::given;
}

struct Meaning {
  NodeId node = -1;
  bool gradient = false;
};

class Matcher {
 public:
  Matcher(const std::vector<NamedArray>& arrays, const Program& program, const BatchGraph& batch,
          const ClaimOptions& options)
      : arrays_(arrays), program_(program), batch_(batch), graph_(batch.graph), options_(options) {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!graph_[id].is_named()) continue;
      const auto [found, is_new] = plainly_.emplace(plain_name(graph_[id].name), id);
      if (!is_new) found->second = -1;  // w1 and W1: which is meant, can't be told
    }
  }

  Claims run() {
    // A file that groups nothing but "params" is a tree of gradients (Flax has them so); beside
    // gradients they are what those were computed at.
    const auto is_given = [](const NamedArray& a) { return section_of(a) == Section::given; };
    const bool has_others = !std::ranges::all_of(arrays_, is_given);
    Claims made;
    made.source = options_.source;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
      if (is_given(arrays_[i]) && has_others) {
        made.ignored.push_back(arrays_[i].name);
      } else if (const Meaning meaning = meaning_of(arrays_[i]); meaning.node >= 0) {
        claim(made, arrays_[i], meaning);
      } else {
        unknown.push_back(i);
      }
    }
    for (const LayerMatch& match : match_layers(arrays_, unknown, program_, batch_)) {
      if (gradient_claim(made.claims, match.parameter) != nullptr) continue;
      const NamedArray array = as_matched(arrays_[match.array], match);
      claim(made, array, {graph_.find(match.parameter), true});
      made.claims.back().remarks.push_back(
          fmt::format("{} is taken for {}, by order and shape", array.name, match.parameter));
      std::erase(unknown, match.array);
    }
    for (const std::string& name : program_.wrt) {
      if (gradient_claim(made.claims, name) == nullptr) made.missing.push_back(name);
    }
    for (const std::size_t index : unknown) {
      check_spelling(arrays_[index], made.missing);
      made.ignored.push_back(arrays_[index].name);
      if (looks_like_gradient(arrays_[index], made.missing))
        made.unmatched.push_back(arrays_[index].name);
    }
    if (made.claims.empty()) fail_nothing();
    return made;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: {}", options_.source, what));
  }

  // ---- names

  bool is_trained(const std::string& name) const {
    return std::ranges::count(program_.parameters, name) + std::ranges::count(program_.wrt, name) >
           0;
  }

  // The node of that name; with `plainly`, the only one whose name differs in spelling alone.
  NodeId named(const std::string& name, bool plainly) const {
    if (!plainly) return graph_.find(name);
    const auto found = plainly_.find(plain_name(name));
    return found == plainly_.end() ? -1 : found->second;
  }

  bool is_loss(const std::string& name) const {
    return name.empty() || plain_name(name) == plain_name(program_.loss) || is_loss_word(name);
  }

  // What the array is, if it is something that can be claimed.
  Meaning meaning_of(const NamedArray& array) const {
    const Section section = section_of(array);
    for (const bool plainly : {false, true}) {
      for (const NameReading& reading : readings_of(array.name)) {
        if (reading.gradient && !is_loss(reading.numerator)) continue;
        const NodeId node = named(reading.of, plainly);
        if (node < 0 || graph_[node].leaf == LeafKind::constant) continue;
        const bool gradient = reading.gradient || section == Section::gradients ||
                              (is_trained(graph_[node].name) && section != Section::values);
        if (!gradient && graph_[node].is_leaf()) return {};  // what it was computed at
        if (!gradient) return {value_node(node, array), false};
        return {node, true};
      }
    }
    for (const NameReading& reading : readings_of(array.name)) {
      if (reading.gradient) continue;
      if (is_loss_word(reading.of) && batch_.loss >= 0)
        return {value_node(graph_.find(program_.loss), array), false};
      if (is_output_word(reading.of) && batch_.prediction >= 0 &&
          graph_[batch_.prediction].is_named())
        return {batch_.prediction, false};
    }
    return {};
  }

  // A loss with an entry a sample, of which one number is claimed, is their mean.
  NodeId value_node(NodeId node, const NamedArray& array) const {
    if (node < 0 || graph_[node].name != program_.loss || batch_.loss < 0) return node;
    return array.values.size() == 1 && !graph_[node].shape.is_scalar() ? batch_.loss : node;
  }

  void check_spelling(const NamedArray& array, const std::vector<std::string>& missing) const {
    std::vector<NameReading> readings = readings_of(array.name);
    // they have less around them
    std::stable_partition(readings.begin(), readings.end(), std::mem_fn(&NameReading::gradient));
    for (const NameReading& reading : readings) {
      if (named(reading.of, true) >= 0) return;  // the lesson has it: what the claim was made at
      const auto near = closest(reading.of, missing);
      if (!near) continue;
      fail(fmt::format("'{}' is no value of {}, which has a parameter {}; did you mean {}?",
                       array.name, program_.source->name(), *near,
                       reading.gradient ? fmt::format("d{}/d{}", program_.loss, *near) : *near));
    }
  }

  // Of what belongs to no value: whether it says that it is a gradient, or would be one of what is
  // missing by its size.
  bool looks_like_gradient(const NamedArray& array, const std::vector<std::string>& missing) const {
    const std::vector<NameReading> readings = readings_of(array.name);
    const bool is_known = std::ranges::any_of(
        readings, [&](const NameReading& reading) { return named(reading.of, true) >= 0; });
    if (is_known || section_of(array) == Section::given) return false;
    const std::size_t size = array.values.size();
    const bool says = std::ranges::any_of(
        gradient_names(array.name, is_loss_word), [&](const GradientName& name) {
          return name.form != GradientName::Form::letter || size > 1;  // "date" and "delta"
        });
    return says || std::ranges::any_of(missing, [&](const std::string& name) {
             return size > 1 && program_.shapes.at(name).count() == static_cast<long long>(size);
           });
  }

  [[noreturn]] void fail_nothing() const {
    std::vector<std::string> theirs;
    for (const NamedArray& array : arrays_) theirs.push_back(array.name);
    const std::string first = program_.wrt.empty() ? "w" : program_.wrt.front();
    const std::string gradient = fmt::format("d{}/d{}", program_.loss, first);
    const std::string remedy =
        theirs.front() == "arr_0"  // what np.savez calls an array that it gets without a name
            ? fmt::format("name them, as in np.savez(file, **{{\"{}\": ...}})", gradient)
            : fmt::format("call their gradients {} and so on", gradient);
    fail(fmt::format("{} {} to nothing in {}, whose parameters are {}; {}", listed(theirs),
                     theirs.size() == 1 ? "belongs" : "belong", program_.source->name(),
                     listed(program_.parameters), remedy));
  }

  // "a, b, c and 7 more"
  static std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 8;
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most));
    const std::string shown = fmt::format("{}", fmt::join(names.begin(), end, ", "));
    return names.size() > most ? fmt::format("{} and {} more", shown, names.size() - most) : shown;
  }

  // ---- claims

  void claim(Claims& made, const NamedArray& array, const Meaning& meaning) const {
    const std::string& name = graph_[meaning.node].name;
    for (const Claim& other : made.claims) {
      if (other.name != name || other.gradient != meaning.gradient) continue;
      fail(fmt::format("{} and {} are both {} {}; leave one of them out", other.called, array.name,
                       meaning.gradient ? "the gradient with respect to" : "the value of", name));
    }
    Claim claim =
        fit_claim(array, meaning.node, meaning.gradient, program_, batch_, options_.source);
    if (options_.precision) claim.precision = *options_.precision;
    made.claims.push_back(std::move(claim));
  }

  const std::vector<NamedArray>& arrays_;
  const Program& program_;
  const BatchGraph& batch_;
  const Graph& graph_;
  const ClaimOptions& options_;
  std::map<std::string, NodeId> plainly_;  // by plain name; −1 where several have it
};

}  // namespace

namespace {

// One array with the entries of all gradients behind each other, as an optimiser of vectors takes
// them: by the order of the parameters, each row by row. Nothing where there is none: an array
// beside it that is no single number may be a gradient of its own.
std::optional<std::vector<NamedArray>> unpacked(const std::vector<NamedArray>& arrays,
                                                const Program& program) {
  std::size_t all = 0;
  for (const std::string& name : program.wrt) {
    const auto shape = program.shapes.find(name);
    if (shape == program.shapes.end()) return std::nullopt;
    all += static_cast<std::size_t>(shape->second.count());
  }
  const auto is_all = [&](const NamedArray& array) {
    return array.values.size() == all &&
           std::ranges::count_if(array.shape, [](std::int64_t side) { return side > 1; }) == 1;
  };
  const auto flat = std::ranges::find_if(arrays, is_all);
  if (program.wrt.size() < 2 || flat == arrays.end()) return std::nullopt;
  const bool alone = std::ranges::all_of(arrays, [&](const NamedArray& array) {
    return &array == &*flat || array.values.size() == 1;
  });
  if (!alone) return std::nullopt;
  for (const NameReading& reading : readings_of(flat->name)) {
    if (program.shapes.contains(reading.of)) return std::nullopt;  // it says whose it is
  }
  std::vector<NamedArray> made;
  std::size_t from = 0;
  for (const std::string& name : program.wrt) {
    const Shape& shape = program.shapes.at(name);
    const auto count = static_cast<std::size_t>(shape.count());
    NamedArray part = *flat;
    const auto cut = [&](std::vector<long double>& numbers) {
      if (numbers.empty()) return;
      const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(from);
      numbers = {begin, begin + static_cast<std::ptrdiff_t>(count)};
    };
    cut(part.values);
    cut(part.half_units);
    part.name = fmt::format("d{}/d{}", program.loss, name);
    part.shape = {shape.rows.count, shape.columns.count};
    part.section.clear();
    part.remarks.push_back(
        count == 1 ? fmt::format("number {} of {}", from + 1, flat->name)
                   : fmt::format("the numbers {} to {} of {}", from + 1, from + count, flat->name));
    from += count;
    made.push_back(std::move(part));
  }
  for (const NamedArray& array : arrays) {
    if (&array != &*flat) made.push_back(array);
  }
  return made;
}

}  // namespace

Claims claims_from(const std::vector<NamedArray>& arrays, const Program& program,
                   const BatchGraph& batch, const ClaimOptions& options) {
  if (const auto parts = unpacked(arrays, program))
    return Matcher(*parts, program, batch, options).run();
  return Matcher(arrays, program, batch, options).run();
}

void restrict_claims(Claims& claims, const std::vector<std::string>& names, const Program& program,
                     const BatchGraph& batch) {
  if (names.empty()) return;
  const auto asked_as = [&](const Claim& claim) {
    return batch.graph[batch.graph.find(claim.name)].called();
  };
  std::set<std::string> claimed;
  for (const Claim& claim : claims.claims) claimed.insert(asked_as(claim));
  for (const std::string& name : names) {
    if (claimed.contains(name)) continue;
    if (batch.graph.find(name) >= 0) {
      throw Error(fmt::format("--wrt {}: nothing is claimed of it in {}, but of {}", name,
                              claims.source, fmt::join(claimed, ", ")));
    }
    const auto near = closest(name, std::span<const std::string>(program.wrt));
    throw Error(fmt::format("--wrt {}: there is no such value in {}; {}", name,
                            program.source->name(),
                            near ? fmt::format("did you mean {}?", *near)
                                 : fmt::format("there are {}", fmt::join(program.wrt, ", "))));
  }
  std::erase_if(claims.claims, [&](const Claim& claim) {
    return std::ranges::count(names, asked_as(claim)) == 0;
  });
  claims.missing.clear();
  claims.ignored.clear();
  claims.unmatched.clear();
}

// ---- weights before and after one step in place of gradients

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
    if (claim.has_wrong_shape()) {
      throw Error(fmt::format("{} in {} has another shape than {}, of which it is the new value",
                              claim.called, update.after_source, claim.name));
    }
    const Claim* old = gradient_claim(before.claims, claim.name);
    if (old == nullptr) {
      throw Error(fmt::format("{} is in {} and not in {}; both files have the same parameters",
                              claim.called, update.after_source, update.before_source));
    }
    // each may have been rounded when it was written
    const Reals rounded = claim.values.abs() * static_cast<long double>(claim.precision.unit) +
                          old->values.abs() * static_cast<long double>(old->precision.unit);
    // of two digits the weights before were written down, and not printed
    const bool is_typed = old->values.abs().maxCoeff() < 200 * old->half_unit.maxCoeff();
    claim.half_unit = (claim.half_unit + rounded) / lr;
    if (!is_typed) claim.half_unit += old->half_unit / lr;
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
