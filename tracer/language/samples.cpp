// data, validation and test statements: for each name one matrix that holds all samples. Next: lines.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "datasets/split.hpp"
#include "tracer/language/constants.hpp"
#include "tracer/language/data_sets.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {
namespace {

using namespace ast;

// What the losses of a lesson take the targets of that name to be.
struct TargetsAsked {
  bool classes = false;
  bool one_hot = false;  // of two classes too
};

TargetsAsked asked_of(const Names& names, const std::string& targets) {
  TargetsAsked asked;
  for (const Expr& e : names.lesson.expressions) {
    const auto* call = std::get_if<Call>(&e.is);
    if (call == nullptr) continue;
    const bool takes_them = std::ranges::any_of(call->arguments, [&](ExprId id) {
      const auto* name = names.as<Name>(id);
      return name != nullptr && name->text == targets;
    });
    if (!takes_them) continue;
    for (const Operation* loss : operations_called(usual_name(call->function.text))) {
      if (loss->loss == nullptr || loss->loss->targets != Loss::Targets::shares) continue;
      asked.classes = true;
      asked.one_hot = asked.one_hot || !loss->loss->threshold;
    }
  }
  return asked;
}

class SampleReader {
 public:
  SampleReader(const Names& names, const Data& data, std::uint64_t seed, const Samples* training)
      : names_(names), data_(data), seed_(seed), training_(training) {
    read_.rows = names.rows;
    for (const Word& name : data.names) read_.names.push_back(name.text);
    if (width() == 2) asked_ = asked_of(names, read_.names.back());
  }

  Samples run() {
    const bool is_call = std::holds_alternative<Call>(item(0).is);
    check_options(data_.keywords, is_call ? std::vector<std::string>{"samples", "normalise"}
                                          : std::vector<std::string>{"samples"});
    for (const ExprId id : data_.items) check_layout_of(names_.lesson.expr(id));
    if (is_pair_of_arrays()) return pair_of_arrays();
    if (data_.items.size() == 1 && is_call) return called(item(0));
    if (training_ != nullptr && training_->normalisation != Normalisation::none) {
      throw BadStatement{data_.span,
                         fmt::format("the data are normalised, and {} data written out are not",
                                     word_of(data_.role)),
                         "read them from a file, or leave normalise out"};
    }
    if (!data_.written_with_in && is_list_per_name()) return whole_lists();
    return one_by_one();
  }

 private:
  std::size_t width() const { return data_.names.size(); }

  void check_options(const std::vector<Keyword>& keywords, std::vector<std::string> known) const {
    for (const Keyword& keyword : keywords) {
      if (keyword.name.text == "normalize" && known.size() > 1) continue;
      if (std::ranges::find(known, keyword.name.text) == known.end()) {
        throw BadStatement{keyword.name.span,
                           fmt::format("there is no option {} here", keyword.name.text),
                           suggested(keyword.name.text, known,
                                     fmt::format("there {} {}", known.size() == 1 ? "is" : "are",
                                                 fmt::join(known, ", ")))};
      }
      check_layout(keyword);
    }
  }

  void check_layout_of(const Expr& e) const {
    const auto* call = std::get_if<Call>(&e.is);
    if (call == nullptr) return;
    for (const Keyword& keyword : call->keywords) check_layout(keyword);
  }

  void check_layout(const Keyword& keyword) const {
    if (keyword.name.text != "samples") return;
    const auto* word = names_.as<String>(keyword.value);
    if (word == nullptr || (word->text != "rows" && word->text != "columns")) {
      throw BadStatement{names_.span(keyword.value), "samples are rows or columns",
                         "write samples=\"rows\" or samples=\"columns\""};
    }
    if (word->text == "columns" && names_.rows) {
      throw BadStatement{names_.span(keyword.value), "samples are columns here and rows elsewhere",
                         "all samples of a lesson must be laid out alike"};
    }
  }

  // data X, Y = [[1, 2], [3, 4]], [[0, 1]]
  bool is_list_per_name() const {
    return data_.items.size() == width() &&
           std::ranges::all_of(
               data_.items,
               [&](ExprId id) { return names_.is<List>(id) || names_.is<Name>(id); }) &&
           !(width() == 1 && items_of(names_, data_.items[0]) && holds_tuples(data_.items[0]));
  }
  bool holds_tuples(ExprId id) const {
    const auto& items = *items_of(names_, id);
    return !items.empty() && names_.is<Tuple>(items[0]);
  }

  Samples whole_lists() {
    for (std::size_t i = 0; i < width(); ++i) {
      Constant list = constant(names_, data_.items[i]);
      // a flat list is one number a sample: the sample's own direction is the other one
      if (list.flat) list.value = Array<Exact>(list.value.transpose());
      const auto count = static_cast<int>(names_.rows ? list.value.rows() : list.value.cols());
      if (i > 0 && count != read_.count) {
        throw BadStatement{
            names_.span(data_.items[i]),
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
        (inner->size() != width() || names_.is<List>(data_.items[0]) ||
         names_.is<Tuple>((*inner)[0]));
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
          throw BadStatement{
              names_.span(parts[i]), "a sample is a number or a flat list, not a matrix",
              fmt::format("for one matrix with all samples write data {} = [[...], [...]]",
                          read_.names[i])};
        }
        if (k > 0 && part.value.size() != columns[i][0].size()) {
          throw BadStatement{
              names_.span(parts[i]),
              fmt::format("{} has {} {} in sample {}, and {} in sample 1", read_.names[i],
                          part.value.size(), part.value.size() == 1 ? "entry" : "entries", k + 1,
                          columns[i][0].size()),
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
      const auto* tuple = names_.as<Tuple>(item);
      return {tuple && tuple->items.size() == 1 ? tuple->items[0] : item};
    }
    const std::vector<ExprId>* parts = items_of(names_, item);
    const std::size_t found = parts ? parts->size() : 1;
    if (found != width()) {
      throw BadStatement{
          names_.span(item),
          fmt::format("sample {} has {} {}, but there are {} names: {}", k + 1, found,
                      found == 1 ? "part" : "parts", width(), fmt::join(read_.names, ", ")),
          fmt::format("write every sample as ({})", fmt::join(read_.names, ", "))};
    }
    return *parts;
  }

  // ---- data sets

  DataRequest request(const Expr& e) const {
    return {names_,    std::get<Call>(e.is), e.span, read_.names, data_.role, seed_,
            training_, asked_.classes};
  }
  bool is_held_out() const { return data_.role != Data::Role::train; }
  const Expr& item(std::size_t i) const { return names_.lesson.expr(data_.items[i]); }

  // data X, Y = npy("X.npy"), npy("y.npy")
  bool is_pair_of_arrays() const {
    if (data_.items.size() != 2 || width() != 2) return false;
    return std::ranges::all_of(data_.items, [&](ExprId id) {
      const auto* call = names_.as<Call>(id);
      return call != nullptr && reads_array(call->function.text);
    });
  }

  Samples pair_of_arrays() {
    DataRequest features = request(item(0));
    DataRequest targets = request(item(1));
    targets.wanted = {read_.names[1], read_.names[1]};
    return from(sets_from_arrays(features, targets), item(0));
  }

  Samples called(const Expr& e) {
    const Word& function = std::get<Call>(e.is).function;
    if (!is_data_set(function.text)) {
      throw BadStatement{function.span, "there is no data set called " + function.text,
                         suggested(function.text, data_sets())};
    }
    if (width() > 2) {
      throw BadStatement{e.span,
                         fmt::format("{} gives samples and their targets, but there are {} names",
                                     function.text, width()),
                         fmt::format("write data X, Y = {}(...)", function.text)};
    }
    return from(data_set(request(e)), e);
  }

  Samples from(Dataset set, const Expr& e) {
    const std::string& function = std::get<Call>(e.is).function.text;
    if (width() == 2 && set.targets.size() == 0) {
      throw BadStatement{e.span, fmt::format("{} has samples here, but no targets", function),
                         fmt::format("write data {} = {}(...)", read_.names[0], function)};
    }
    read_.count = set.count();
    read_.source = set.name;
    read_.image_rows = set.image_rows;
    read_.image_columns = set.image_columns;
    read_.columns = std::move(set.columns);
    read_.remarks = std::move(set.remarks);
    read_normalisation(set.features.rows(), e);
    put(std::move(set.features));
    if (width() == 2) {
      if (asked_.one_hot && set.classes.size() == 2) set.targets = one_hot(labels_of(set), 2);
      read_.classes = std::move(set.classes);
      put(std::move(set.targets));
    }
    return std::move(read_);
  }

  void put(Array<float> matrix) {
    if (names_.rows) matrix.transposeInPlace();
    read_.values.emplace_back(std::move(matrix));
  }

  // normalise="standard" of the statement or of the call
  const Keyword* normalisation(const Expr& e) const {
    for (const auto* keywords : {&data_.keywords, &std::get<Call>(e.is).keywords}) {
      for (const Keyword& keyword : *keywords) {
        if (keyword.name.text == "normalise" || keyword.name.text == "normalize") return &keyword;
      }
    }
    return nullptr;
  }

  // What the statement asks for: it is done when the lesson is known (parts.hpp).
  void read_normalisation(Eigen::Index entries, const Expr& e) {
    const Keyword* keyword = normalisation(e);
    std::string word = keyword == nullptr ? "none" : "";
    if (keyword != nullptr) {
      const auto& is = names_.lesson.expr(keyword->value).is;
      if (const auto* text = std::get_if<String>(&is)) word = text->text;
      if (const auto* name = std::get_if<Name>(&is)) word = name->text;
      if (word != "standard" && word != "minmax" && word != "none") {
        throw BadStatement{
            names_.span(keyword->value), "there is no such normalisation",
            "write normalise=\"standard\" (mean 0, deviation 1), \"minmax\" (0 to 1) or "
            "\"none\""};
      }
    }
    if (!is_held_out()) {
      if (word == "standard") read_.normalisation = Normalisation::standard;
      if (word == "minmax") read_.normalisation = Normalisation::minmax;
      return;
    }
    if (training_ == nullptr) return;
    const bool is_normalised = training_->normalisation != Normalisation::none;
    if (keyword != nullptr && (word != "none") != is_normalised) {
      const std::string_view part = word_of(data_.role);
      throw BadStatement{
          keyword->name.span,
          is_normalised ? fmt::format("the data are normalised, and so must be {} data", part)
                        : fmt::format("{} data are normalised as the data are: not at all", part),
          fmt::format("say it in the data line alone: {} data get the same numbers", part)};
    }
    read_.normalisation = training_->normalisation;
    if (is_normalised && training_->entries(0) != entries) {
      throw BadStatement{
          e.span, fmt::format("{} has {} entries a sample in {}, and {} in data", read_.names[0],
                              entries, word_of(data_.role), training_->entries(0))};
    }
  }

  const Names& names_;
  const Data& data_;
  std::uint64_t seed_;
  const Samples* training_;
  TargetsAsked asked_;
  Samples read_;
};

}  // namespace

Samples read_samples(const Names& names, const Data& data, std::uint64_t seed,
                     const Samples* training) {
  return SampleReader(names, data, seed, training).run();
}

}  // namespace tracer
