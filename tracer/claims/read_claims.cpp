#include "tracer/claims/read_claims.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/array_names.hpp"
#include "tracer/claims/fit_claim.hpp"
#include "tracer/claims/state_dict.hpp"
#include "tracer/error.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"

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

bool has_gradient(const Claims& made, const std::string& name) {
  return std::ranges::any_of(made.claims,
                             [&](const Claim& c) { return c.gradient && c.name == name; });
}

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
      if (has_gradient(made, match.parameter)) continue;
      const NamedArray array = as_matched(arrays_[match.array], match);
      claim(made, array, {graph_.find(match.parameter), true});
      made.claims.back().remarks.push_back(
          fmt::format("{} is taken for {}, by order and shape", array.name, match.parameter));
      std::erase(unknown, match.array);
    }
    for (const std::string& name : program_.wrt) {
      if (!has_gradient(made, name)) made.missing.push_back(name);
    }
    for (const std::size_t index : unknown) {
      check_spelling(arrays_[index], made.missing);
      made.ignored.push_back(arrays_[index].name);
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
    std::ranges::stable_partition(readings, &NameReading::gradient);  // they have less around them
    for (const NameReading& reading : readings) {
      if (named(reading.of, true) >= 0) return;  // the lesson has it: what the claim was made at
      const auto near = closest(reading.of, missing);
      if (!near) continue;
      fail(fmt::format("'{}' is no value of {}, which has a parameter {}; did you mean {}?",
                       array.name, program_.source->name(), *near,
                       reading.gradient ? fmt::format("d{}/d{}", program_.loss, *near) : *near));
    }
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

Claims claims_from(const std::vector<NamedArray>& arrays, const Program& program,
                   const BatchGraph& batch, const ClaimOptions& options) {
  return Matcher(arrays, program, batch, options).run();
}

}  // namespace tracer
