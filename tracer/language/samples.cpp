#include "tracer/language/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "datasets/circles.hpp"
#include "tracer/language/constants.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {
namespace {

using namespace ast;

class Reader {
 public:
  Reader(const Names& names, const Data& data, std::uint64_t seed)
      : names_(names), data_(data), seed_(seed) {
    read_.rows = names.rows;
    for (const Word& name : data.names) read_.names.push_back(name.text);
  }

  Samples run() {
    check_options(data_.keywords, {"samples"});
    if (data_.items.size() == 1) {
      const Expr& e = names_.lesson.expr(data_.items[0]);
      fail_if_not_readable_yet(e);
      if (std::holds_alternative<Call>(e.is)) return generated(e);
    }
    if (!data_.written_with_in && is_list_per_name()) return whole_lists();
    return one_by_one();
  }

 private:
  std::size_t width() const { return data_.names.size(); }
  Span span(ExprId id) const { return names_.lesson.expr(id).span; }

  void check_options(const std::vector<Keyword>& keywords, std::vector<std::string> known) const {
    for (const Keyword& keyword : keywords) {
      if (std::ranges::find(known, keyword.name.text) == known.end()) {
        const auto near = closest(keyword.name.text, known);
        throw Mistake{keyword.name.span,
                      fmt::format("there is no option {} here", keyword.name.text),
                      near ? fmt::format("did you mean {}?", *near)
                           : fmt::format("there {} {}", known.size() == 1 ? "is" : "are",
                                         fmt::join(known, ", "))};
      }
      if (keyword.name.text != "samples") continue;
      const auto* word = std::get_if<String>(&names_.lesson.expr(keyword.value).is);
      if (word == nullptr || (word->text != "rows" && word->text != "columns")) {
        throw Mistake{span(keyword.value), "samples are rows or columns",
                      "write samples=\"rows\" or samples=\"columns\""};
      }
      if (word->text == "columns" && names_.rows) {
        throw Mistake{span(keyword.value), "samples are columns here and rows elsewhere",
                      "data and test must be laid out alike"};
      }
    }
  }

  // data X, Y = [[1, 2], [3, 4]], [[0, 1]]
  bool is_list_per_name() const {
    return data_.items.size() == width() &&
           std::ranges::all_of(data_.items,
                               [&](ExprId id) {
                                 return std::holds_alternative<List>(names_.lesson.expr(id).is) ||
                                        std::holds_alternative<Name>(names_.lesson.expr(id).is);
                               }) &&
           !(width() == 1 && items_of(names_, data_.items[0]) && holds_tuples(data_.items[0]));
  }
  bool holds_tuples(ExprId id) const {
    const auto& items = *items_of(names_, id);
    return !items.empty() && std::holds_alternative<Tuple>(names_.lesson.expr(items[0]).is);
  }

  Samples whole_lists() {
    for (std::size_t i = 0; i < width(); ++i) {
      Constant list = constant(names_, data_.items[i]);
      // a flat list is one number a sample: the sample's own direction is the other one
      if (list.flat) list.value = Array<Exact>(list.value.transpose());
      const auto count = static_cast<int>(names_.rows ? list.value.rows() : list.value.cols());
      if (i > 0 && count != read_.count) {
        throw Mistake{span(data_.items[i]),
                      fmt::format("{} has {} {}, but {} has {}", read_.names[i], count,
                                  count == 1 ? "sample" : "samples", read_.names[0], read_.count),
                      names_.rows ? "samples are rows here"
                                  : "samples are columns; for rows add samples=\"rows\""};
      }
      read_.count = count;
      read_.values.emplace_back(std::move(list.value));
    }
    return std::move(read_);
  }

  // what Python's for would go over
  std::vector<ExprId> sample_items() const {
    if (data_.items.size() > 1) return data_.items;
    const std::vector<ExprId>* inner = items_of(names_, data_.items[0]);
    if (inner == nullptr || inner->empty()) return data_.items;
    if (width() == 1) return *inner;
    const std::vector<ExprId>* first = items_of(names_, (*inner)[0]);
    const bool is_sequence_of_samples =
        first != nullptr && first->size() == width() &&
        std::ranges::all_of(*inner, [&](ExprId id) { return items_of(names_, id) != nullptr; }) &&
        (inner->size() != width() ||
         std::holds_alternative<List>(names_.lesson.expr(data_.items[0]).is) ||
         std::holds_alternative<Tuple>(names_.lesson.expr((*inner)[0]).is));
    return is_sequence_of_samples ? *inner : data_.items;
  }

  Samples one_by_one() {
    const std::vector<ExprId> items = sample_items();
    std::vector<std::vector<Array<Exact>>> columns(
        width());  // for each name its samples, each a flat list
    for (std::size_t k = 0; k < items.size(); ++k) {
      const std::vector<ExprId> parts = parts_of(items[k], k);
      for (std::size_t i = 0; i < width(); ++i) {
        Constant part = constant(names_, parts[i]);
        if (!part.flat && part.value.size() != 1) {
          throw Mistake{
              span(parts[i]), "a sample is a number or a flat list, not a matrix",
              fmt::format("for one matrix with all samples write data {} = [[...], [...]]",
                          read_.names[i])};
        }
        if (k > 0 && part.value.size() != columns[i][0].size()) {
          throw Mistake{span(parts[i]),
                        fmt::format("{} has {} {} in sample {}, and {} in sample 1", read_.names[i],
                                    part.value.size(), part.value.size() == 1 ? "entry" : "entries",
                                    k + 1, columns[i][0].size()),
                        "every sample needs as many entries"};
        }
        columns[i].push_back(std::move(part.value));
      }
    }
    read_.count = static_cast<int>(items.size());
    for (const auto& samples : columns) {
      const Eigen::Index features = samples[0].size();
      Array<Exact> all(names_.rows ? read_.count : features, names_.rows ? features : read_.count);
      for (Eigen::Index k = 0; k < read_.count; ++k) {
        for (Eigen::Index f = 0; f < features; ++f) {
          (names_.rows ? all(k, f) : all(f, k)) = samples[static_cast<std::size_t>(k)](f);
        }
      }
      read_.values.emplace_back(std::move(all));
    }
    return std::move(read_);
  }

  std::vector<ExprId> parts_of(ExprId item, std::size_t k) const {
    if (width() == 1) {
      const auto* tuple = std::get_if<Tuple>(&names_.lesson.expr(item).is);
      return {tuple && tuple->items.size() == 1 ? tuple->items[0] : item};
    }
    const std::vector<ExprId>* parts = items_of(names_, item);
    const std::size_t found = parts ? parts->size() : 1;
    if (found != width()) {
      throw Mistake{
          span(item),
          fmt::format("sample {} has {} {}, but there are {} names: {}", k + 1, found,
                      found == 1 ? "part" : "parts", width(), fmt::join(read_.names, ", ")),
          fmt::format("write every sample as ({})", fmt::join(read_.names, ", "))};
    }
    return *parts;
  }

  Samples generated(const Expr& e) {
    const auto& call = std::get<Call>(e.is);
    if (call.function.text != "circles") {
      const std::array known{std::string_view("circles"), std::string_view("mnist"),
                             std::string_view("csv")};
      const auto near = closest(call.function.text, std::span<const std::string_view>(known));
      throw Mistake{call.function.span, "there is no data set called " + call.function.text,
                    near ? fmt::format("did you mean {}?", *near)
                         : "write the samples out, or use circles(...)"};
    }
    if (width() != 2) {
      throw Mistake{
          e.span,
          fmt::format("circles gives points and labels, but there {} {} {}",
                      width() == 1 ? "is" : "are", width(), width() == 1 ? "name" : "names"),
          "write data X, Y = circles(...)"};
    }
    const LabelledPoints made = circles(circles_options(call, e.span));
    read_.count = static_cast<int>(made.points.cols());
    for (const Array<float>& part : {made.points, made.labels}) {
      read_.values.emplace_back(names_.rows ? Array<float>(part.transpose()) : part);
    }
    return std::move(read_);
  }

  Circles circles_options(const Call& call, Span at) const {
    check_options(call.keywords, {"factor", "noise", "seed", "shuffle", "samples"});
    Circles options;
    options.seed = seed_;
    if (data_.role == Data::Role::test) options.stream = "test circles";
    if (call.arguments.size() != 1) {
      throw Mistake{at, fmt::format("circles takes 1 argument, got {}", call.arguments.size()),
                    "say how many points: circles(1000, factor=0.4, noise=0.05)"};
    }
    options.n = whole_number(names_, call.arguments[0], "the number of points", 1);
    if (options.n > 10'000'000)
      throw Mistake{span(call.arguments[0]), "circles makes at most 10 million points"};
    for (const Keyword& keyword : call.keywords) {
      const std::string& name = keyword.name.text;
      const auto& value = names_.lesson.expr(keyword.value).is;
      if (name == "seed") {
        options.seed = static_cast<std::uint64_t>(whole_number(names_, keyword.value, "a seed", 0));
      } else if (name == "shuffle") {
        const auto* truth = std::get_if<Truth>(&value);
        if (truth == nullptr) throw Mistake{span(keyword.value), "shuffle is true or false"};
        options.shuffle = truth->value;
      } else if (name == "factor") {
        options.factor = ranged(keyword, 0, 1);
      } else if (name == "noise" && !std::holds_alternative<None>(value)) {
        options.noise = ranged(keyword, 0, std::nullopt);
      }
    }
    return options;
  }

  double ranged(const Keyword& keyword, int least, std::optional<int> below) const {
    const Rational value = number(names_, keyword.value);
    if (value < least || (below && value >= *below)) {
      throw Mistake{span(keyword.value),
                    fmt::format("{} is {}", keyword.name.text, to_string(value)),
                    below ? fmt::format("it must be at least {} and less than {}", least, *below)
                          : fmt::format("it must be at least {}", least)};
    }
    return Exact(value).to_double();
  }

  const Names& names_;
  const Data& data_;
  std::uint64_t seed_;
  Samples read_;
};

}  // namespace

Samples read_samples(const Names& names, const Data& data, std::uint64_t seed) {
  return Reader(names, data, seed).run();
}

}  // namespace tracer
