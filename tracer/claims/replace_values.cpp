#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/array_names.hpp"
#include "tracer/claims/fit_shape.hpp"
#include "tracer/claims/leaf_values.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/claims/state_dict.hpp"
#include "tracer/error.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/number/random.hpp"

namespace tracer {
namespace {

class ValueReplacer {
 public:
  ValueReplacer(Program& program, const std::vector<NamedArray>& arrays, const std::string& source)
      : program_(program), arrays_(arrays), source_(source) {}

  std::vector<std::string> run() {
    std::vector<std::string> leaves;  // a mask that was given has no shape
    for (const auto& [name, shape] : program_.shapes) leaves.push_back(name);
    std::vector<std::size_t> unknown;
    std::size_t looked_at = 0;
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
      if (is_other_section(arrays_[i])) continue;
      ++looked_at;
      if (const auto name = spelt_so(arrays_[i].name, leaves)) {
        matched_.push_back({i, *name});
      } else {
        unknown.push_back(i);
      }
    }
    if (looked_at == 0)
      fail(fmt::format("has no value of a parameter or an input; there are {}", listed()));
    give_sizes();
    if (!unknown.empty()) take_masks_and_layers(unknown);
    for (const LayerMatch& match : matched_) replace(match);
    program_.symbolic =
        program_.symbolic && std::ranges::any_of(program_.values, [](const auto& value) {
          return std::holds_alternative<std::monostate>(value.second);
        });
    return remarks_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: {}", source_, what));
  }

  static bool is_other_section(const NamedArray& array) {
    static const std::set<std::string> others{"data",     "grads",   "grad",        "gradients",
                                              "gradient", "outputs", "activations", "forward"};
    return others.contains(array.section);
  }

  std::string listed() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : program_.values) names.push_back(name);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  // `param W1: (m, n)`: the array says what m and n are, here and wherever they stand
  void give_sizes() {
    for (const LayerMatch& match : matched_) {
      const Shape wanted = program_.shapes.at(match.parameter);
      if (wanted.known()) continue;
      std::vector<std::int64_t> sides = arrays_[match.array].shape;
      sides.resize(std::max<std::size_t>(sides.size(), 2), 1);  // a list is a column
      if (sides.size() > 2) continue;  // no way to tell; the shape won't fit
      give(wanted.rows, sides[0]);
      give(wanted.columns, sides[1]);
    }
  }
  void give(const Size& size, std::int64_t count) {
    if (size.known()) return;
    for (auto& [name, shape] : program_.shapes) {
      for (Size* side : {&shape.rows, &shape.columns}) {
        if (!side->known() && side->name == size.name) side->count = static_cast<int>(count);
      }
    }
  }

  // What is no leaf of the lesson's text may be a mask, which the graph makes, or PyTorch's name.
  void take_masks_and_layers(std::vector<std::size_t> unknown) {
    const std::shared_ptr<const BatchGraph> shared =
        program_.graph(std::max(first_batch(program_), 1), false);
    const BatchGraph& batch = *shared;
    std::erase_if(unknown, [&](std::size_t index) { return take_mask(arrays_[index], batch); });
    for (const LayerMatch& match : match_layers(arrays_, unknown, program_, batch)) {
      matched_.push_back(match);
      remarks_.push_back(fmt::format("{} is taken for {}, by order and shape",
                                     arrays_[match.array].name, match.parameter));
      std::erase(unknown, match.array);
    }
    if (!unknown.empty()) fail_unknown(arrays_[unknown.front()], batch);
  }

  // "A1.mask", "mask A1", "A1_mask": for the batch, or for every sample
  bool take_mask(const NamedArray& array, const BatchGraph& batch) {
    for (const auto& [id, drop] : batch.masks) {
      const Node& mask = batch.graph[id];
      const std::string line = mask.name.substr(0, mask.name.rfind('.'));
      const std::string plain = plain_name(array.name);
      if (array.name != mask.name && plain != plain_name(line + "mask") &&
          plain != plain_name("mask" + line) && !(array.section == "masks" && array.name == line))
        continue;
      Shape whole = mask.shape;
      if (program_.data)
        (program_.data->rows ? whole.rows : whole.columns).count = program_.data->count;
      std::optional<Fitted> fitted = fit_shape(array, mask.shape);
      if (!fitted) fitted = fit_shape(array, whole);
      if (!fitted) {
        throw Error(fmt::format(
            "{} is {} in {}, the mask is {} in the lesson; a mask has an entry for each one of the "
            "batch, or of all {} samples",
            array.name, shape_text(array), source_, to_string(mask.shape),
            program_.data ? program_.data->count : 1));
      }
      if (!fitted->values.unaryExpr([](long double x) { return x == 0 || x == 1; }).all()) {
        throw Error(fmt::format(
            "{} in {} has entries other than 0 and 1; where your mask has its scale in it, hand "
            "over mask > 0",
            array.name, source_));
      }
      program_.values[mask.name] = leaf_value(fitted->values, array, source_);
      return true;
    }
    return false;
  }

  [[noreturn]] void fail_unknown(const NamedArray& array, const BatchGraph& batch) const {
    const std::string lesson = program_.source->name();
    if (program_.data && std::ranges::count(program_.data->names, array.name) > 0)
      fail(fmt::format("{} holds the samples in {}; hand it over with --data", array.name, lesson));
    if (const NodeId line = batch.graph.find(array.name); line >= 0 && !batch.graph[line].is_leaf())
      fail(fmt::format("{} is computed in {}, and can't be given", array.name, lesson));
    if (program_.constants.contains(array.name)) {
      fail(fmt::format("{} is a constant in {}; write input {} = ... there, and it can be given",
                       array.name, lesson, array.name));
    }
    std::vector<std::string> names;
    for (const auto& [name, value] : program_.values) names.push_back(name);
    for (const auto& [id, drop] : batch.masks) names.push_back(batch.graph[id].name);
    const auto near = closest(array.name, names);
    fail(fmt::format("{} has no parameter or input '{}'; {}", lesson, array.name,
                     near ? fmt::format("did you mean {}?", *near)
                          : fmt::format("there are {}", fmt::join(names, ", "))));
  }

  void replace(const LayerMatch& match) {
    const std::string& name = match.parameter;
    const NamedArray array = as_matched(arrays_[match.array], match);
    if (!match.square_because.empty())
      remarks_.push_back(fmt::format("{}: {}", array.name, array.remarks.back()));
    if (!replaced_.insert(name).second)
      fail(fmt::format("has two arrays for {}; leave one of them out", name));
    const Shape& wanted = program_.shapes.at(name);
    const std::optional<Fitted> fitted = fit_shape(array, wanted);
    if (!fitted) {
      throw Error(
          fmt::format("{} is {} in {}, {} is {} in the lesson; change its shape there, or "
                      "here",
                      array.name, shape_text(array), source_, name, to_string(wanted)));
    }
    for (const std::string& remark : fitted->remarks)
      remarks_.push_back(fmt::format("{}: {}", array.name, remark));
    program_.values[name] = leaf_value(fitted->values, array, source_);
  }

  Program& program_;
  const std::vector<NamedArray>& arrays_;
  const std::string& source_;
  std::vector<LayerMatch> matched_;
  std::set<std::string> replaced_;
  std::vector<std::string> remarks_;
};

}  // namespace

std::vector<std::string> replace_values(Program& program, const std::vector<NamedArray>& arrays,
                                        const std::string& source) {
  return ValueReplacer(program, arrays, source).run();
}

std::vector<std::string> draw_missing_values(Program& program, std::uint64_t seed) {
  std::map<std::string, int> sizes;  // no two the same, or a transpose would not show
  const auto count = [&](const Size& size) {
    return size.known()
               ? size.count
               : sizes.try_emplace(size.name, 3 + static_cast<int>(sizes.size())).first->second;
  };
  std::vector<NamedArray> arrays;
  std::vector<std::string> drawn;
  for (const auto& [name, value] : program.values) {
    if (!std::holds_alternative<std::monostate>(value)) continue;
    const Shape& shape = program.shapes.at(name);
    NamedArray array;
    array.name = name;
    array.shape = {count(shape.rows), count(shape.columns)};
    RandomStream stream(seed, "values " + name);
    for (std::int64_t k = 0; k < array.shape[0] * array.shape[1]; ++k)
      array.values.push_back(static_cast<long double>(static_cast<float>(stream.normal())));
    arrays.push_back(std::move(array));
    drawn.push_back(name);
  }
  if (!arrays.empty()) replace_values(program, arrays, "the random point");
  return drawn;
}

}  // namespace tracer
