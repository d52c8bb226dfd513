#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/array_names.hpp"
#include "tracer/claims/fit_shape.hpp"
#include "tracer/claims/leaf_values.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/error.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {
namespace {

// One way to read an array as samples. The best first: as the lesson has them, turned, as classes.
struct Reading {
  enum class How { as_it_is, turned, classes };
  int count = 0;
  How how = How::as_it_is;
};

class SampleReplacer {
 public:
  SampleReplacer(Program& program, const std::vector<NamedArray>& arrays, const std::string& source)
      : program_(program), source_(source) {
    if (!program.data) {
      fail(
          fmt::format("{} has no data line that these samples could replace; values of inputs are "
                      "handed over with --params",
                      program.source->name()));
    }
    arrays_.resize(program.data->names.size(), nullptr);
    std::size_t looked_at = 0;
    for (const NamedArray& array : arrays) {
      if (!array.section.empty() && array.section != "data") continue;
      ++looked_at;
      place_of(array) = &array;
    }
    if (looked_at == 0) fail(fmt::format("has no samples; the lesson has {}", listed()));
  }

  std::vector<std::string> run() {
    const int count = common_count();
    Samples& data = *program_.data;
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
      if (arrays_[i] != nullptr) data.values[i] = value(i, count);
    }
    data.count = count;
    data.source = source_;
    if (program_.training) take_all_in_order(*program_.training);
    return remarks_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: {}", source_, what));
  }
  const Samples& data() const { return *program_.data; }
  std::string listed() const { return fmt::format("{}", fmt::join(data().names, ", ")); }

  const NamedArray*& place_of(const NamedArray& array) {
    const auto& names = data().names;
    const std::optional<std::string> name = spelt_so(array.name, names);
    if (!name) {
      const auto near = closest(array.name, names);
      const bool is_leaf = program_.values.contains(array.name);
      fail(fmt::format("'{}' is no name of the samples in {}; {}", array.name,
                       program_.source->name(),
                       near      ? fmt::format("did you mean {}?", *near)
                       : is_leaf ? "hand it over with --params"
                                 : "those are " + listed()));
    }
    const auto at = std::ranges::find(names, *name) - names.begin();
    const NamedArray*& place = arrays_[static_cast<std::size_t>(at)];
    if (place != nullptr) fail(fmt::format("has two arrays for {}; leave one out", *name));
    return place;
  }

  // ---- which side is the samples'

  bool is_one_hot(std::size_t i) const { return entries_of(data(), i, 100) == Entries::one_hot; }

  // m × 28 × 28 is m × 784
  static std::vector<std::int64_t> two_sides(const NamedArray& array) {
    std::vector<std::int64_t> sides = array.shape;
    while (sides.size() > 2) {
      sides[sides.size() - 2] *= sides.back();
      sides.pop_back();
    }
    return sides;
  }

  std::vector<Reading> readings(std::size_t i) const {
    using How = Reading::How;
    const NamedArray& array = *arrays_[i];
    const int entries = data().entries(i);
    const std::vector<std::int64_t> sides = two_sides(array);
    std::vector<Reading> found;
    const auto add = [&](std::int64_t count, How how) {
      found.push_back({static_cast<int>(count), how});
    };
    if (sides.size() < 2) {
      const auto n = static_cast<std::int64_t>(array.values.size());
      if (entries == 1) add(n, How::as_it_is);
      if (entries > 1 && n == entries) add(1, How::as_it_is);
    } else {
      const std::int64_t features = data().rows ? sides[1] : sides[0];
      const std::int64_t count = data().rows ? sides[0] : sides[1];
      if (features == entries) add(count, How::as_it_is);
      if (count == entries) add(features, How::turned);
    }
    if (long_sides(array).size() <= 1 && entries > 1 && is_one_hot(i) &&
        first_class(array, entries))
      add(static_cast<std::int64_t>(array.values.size()), How::classes);
    return found;
  }

  // Of the readings of all names, the first that agree in their number of samples.
  int common_count() {
    std::vector<std::vector<Reading>> all;
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
      all.push_back(arrays_[i] == nullptr ? std::vector<Reading>{{data().count, {}}} : readings(i));
      if (all.back().empty()) fail_features(i);
    }
    for (const Reading& first : all[0]) {
      chosen_.clear();
      for (const auto& readings : all) {
        const auto same = std::ranges::find(readings, first.count, &Reading::count);
        if (same != readings.end()) chosen_.push_back(*same);
      }
      if (chosen_.size() == all.size()) return first.count;
    }
    std::string counts;
    for (std::size_t i = 0; i < all.size(); ++i) {
      counts += fmt::format("{}{} has {}{}", i == 0 ? "" : ", ", data().names[i], all[i][0].count,
                            arrays_[i] == nullptr ? " in the lesson" : "");
    }
    fail(
        fmt::format("the numbers of samples differ: {}; hand over all names of the data line, for "
                    "the same samples",
                    counts));
  }

  [[noreturn]] void fail_features(std::size_t i) const {
    const int entries = data().entries(i);
    throw Error(fmt::format(
        "{} is {} in {}, but has {} {} a sample in the lesson; give {}×m or m×{}{}",
        arrays_[i]->name, shape_text(*arrays_[i]), source_, entries,
        entries == 1 ? "entry" : "entries", entries, entries,
        entries > 1 && is_one_hot(i) ? fmt::format(", or m classes from 0 to {}", entries - 1)
                                     : ""));
  }

  // ---- the values

  // 0 or 1, what the classes are counted from; nothing if the array holds no classes
  static std::optional<int> first_class(const NamedArray& array, int classes) {
    const auto [least, most] = std::ranges::minmax(array.values);
    const bool whole =
        std::ranges::all_of(array.values, [](long double x) { return x == std::floor(x); });
    if (!whole || least < 0 || most > classes) return std::nullopt;
    if (most < classes) return 0;
    return least >= 1 ? std::optional(1) : std::nullopt;
  }

  LeafValue value(std::size_t i, int count) {
    const NamedArray& array = *arrays_[i];
    const int entries = data().entries(i);
    const bool rows = data().rows;
    const Reading::How how = chosen_[i].how;
    if (how == Reading::How::classes) return one_hot(array, entries, count);
    const Fitted fitted = as_matrix(array, rows ? count : entries, rows ? entries : count,
                                    how == Reading::How::turned);
    if (how == Reading::How::turned && entries > 1) {
      remarks_.push_back(fmt::format("{}: stored as {}, samples are its {} there", array.name,
                                     shape_text(array), rows ? "columns" : "rows"));
    }
    return leaf_value(fitted.values, array, source_);
  }

  LeafValue one_hot(const NamedArray& array, int classes, int count) {
    const int first = first_class(array, classes).value_or(0);
    Array<float> made = Array<float>::Zero(classes, count);
    for (int k = 0; k < count; ++k)
      made(static_cast<Eigen::Index>(array.values[static_cast<std::size_t>(k)]) - first, k) = 1;
    remarks_.push_back(
        fmt::format("{}: {} classes counted from {}, made one-hot", array.name, count, first));
    if (data().rows) made.transposeInPlace();
    return made;
  }

  Program& program_;
  const std::string& source_;
  std::vector<const NamedArray*> arrays_;  // by name of the data line; null: not handed over
  std::vector<Reading> chosen_;            // of each
  std::vector<std::string> remarks_;
};

}  // namespace

std::vector<std::string> replace_samples(Program& program, const std::vector<NamedArray>& arrays,
                                         const std::string& source) {
  return SampleReplacer(program, arrays, source).run();
}

}  // namespace tracer
