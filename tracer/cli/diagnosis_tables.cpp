#include "tracer/cli/diagnosis_tables.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/text_block.hpp"
#include "tracer/text/short_numbers.hpp"
#include "tracer/text/table.hpp"
#include "tracer/view/error_map.hpp"

namespace tracer::cli {
namespace {

constexpr Eigen::Index most_entries = 9;  // of an array that are shown side by side
constexpr int good = 2;                   // green
constexpr int bad = 1;                    // red

std::string remark_of(const ArrayVerdict& array) {
  if (array.claim.unsummed.size() > 0) return "one column a sample: not summed over the batch";
  if (array.claim.summed_over_units.size() > 0)
    return "one number a sample: summed over the units, not over the batch";
  if (array.claim.one_for_all) return "one number for all entries";
  if (!array.truth.values.isFinite().all()) return "ours is no number";
  if (array.nearness.kind == Nearness::Kind::right) return "";
  if (array.nearness.kind == Nearness::Kind::disturbed)
    return fmt::format("off by {:.1g} of what is added up there: a guard such as 1e-12, perhaps",
                       array.nearness.disturbance);
  if (array.factor && *array.factor != 0) {
    return fmt::format("{} times ours", array.factor_name
                                            ? array.factor_name->text
                                            : text_number(fmt::format("{:.7g}", *array.factor)));
  }
  if ((array.claim.values == 0).all()) return "0 everywhere";
  return array.pattern;
}

// "claims in float64", "claims written with 4 decimals", or what there is of several. A number
// that was rounded when it was written is none of float64, which is finer; of float32 it may be.
std::string precision_of(const Diagnosis& diagnosis) {
  std::vector<std::string> arithmetics, forms;
  const auto add = [](std::vector<std::string>& all, const std::string& one) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  };
  for (const ArrayVerdict& array : diagnosis.arrays) {
    const Claim& claim = array.claim;
    if (claim.written.empty() || claim.precision.name != "float64")
      add(arithmetics, claim.precision.name);
    if (!claim.written.empty()) add(forms, claim.written);
  }
  std::string text = "claims";
  if (!arithmetics.empty()) text += fmt::format(" in {}", fmt::join(arithmetics, ", "));
  if (!forms.empty()) {
    text +=
        fmt::format("{} written with {}", arithmetics.empty() ? "" : ",", fmt::join(forms, " or "));
  }
  return text;
}

// The entries that are farthest off, in the array's order.
std::vector<Eigen::Index> farthest(const ArrayVerdict& array) {
  const Reals distance = (array.claim.values - array.truth.values).abs();
  std::vector<Eigen::Index> all(static_cast<std::size_t>(distance.size()));
  std::iota(all.begin(), all.end(), 0);
  if (distance.size() > most_entries) {
    std::ranges::partial_sort(all, all.begin() + most_entries, std::greater<>(),
                              [&](Eigen::Index k) { return distance.reshaped()(k); });
    all.resize(most_entries);
  }
  // row by row, while storage is column by column
  std::ranges::sort(
      all, {}, [&](Eigen::Index k) { return std::pair(k % distance.rows(), k / distance.rows()); });
  return all;
}

}  // namespace

std::string_view word_of(const ArrayVerdict& array, Verdict whole) {
  if (array.claim.has_wrong_shape()) return "wrong";
  if (!array.truth.values.isFinite().all()) return "open";
  switch (array.nearness.kind) {
    case Nearness::Kind::right:
      return "right";
    case Nearness::Kind::disturbed:
      return "disturbed";
    case Nearness::Kind::wrong:
      break;
  }
  return whole == Verdict::subgradient ? "valid" : "wrong";
}

std::string DiagnosisTables::number(long double x) const {
  return text_number(fmt::format("{:.{}g}", x, digits_));
}

std::string DiagnosisTables::left_of(const ArrayVerdict& array) const {
  return array.claim.gradient ? fmt::format("∂{}/∂{}", loss_, array.value) : array.value;
}

std::string DiagnosisTables::arrays() const {
  std::vector<std::vector<std::string>> rows;
  for (const ArrayVerdict& array : diagnosis_.arrays) {
    const std::string_view word = word_of(array, diagnosis_.verdict);
    const bool right = word == "right" || word == "disturbed" || word == "valid";
    rows.push_back({left_of(array),
                    fmt::format("{}×{}", array.claim.values.rows(), array.claim.values.cols()),
                    coloured(word == "disturbed" ? "right, but disturbed" : std::string(word),
                             right ? good : bad, style_),
                    fmt::format("{:.0f}", std::floor(array.nearness.digits)),
                    fmt::format("{:.1e}", array.norm_ratio), remark_of(array)});
  }
  const std::string all = table({{"claimed", false},
                                 {"shape", false},
                                 {"verdict", false},
                                 {"digits", true},
                                 {"ratio", true},
                                 {"", false}},
                                rows, style_);
  return all + fmt::format(
                   "\n  digits in which all entries agree; ratio = ‖claimed − ours‖ / (‖claimed‖ + "
                   "‖ours‖); {}\n",
                   precision_of(diagnosis_));
}

std::string DiagnosisTables::side_by_side(const Account* account) const {
  std::string text;
  int shown = 0;
  for (const ArrayVerdict& array : diagnosis_.arrays) {
    if (array.nearness.matches() && !array.claim.has_wrong_shape()) continue;
    if (array.claim.summed_over_units.size() > 0) continue;  // they stand for other entries
    if (++shown > 2) break;                                  // the rest is like them
    text += entries(array, account);
    if (array.claim.values.size() > most_entries && account == nullptr) text += map(array);
  }
  return text;
}

std::string DiagnosisTables::entries(const ArrayVerdict& array, const Account* account) const {
  const Reals* predicted = nullptr;
  if (account != nullptr) {
    const auto found = account->predicted.find(array.claim.name);
    if (found != account->predicted.end() && array.claim.gradient) predicted = &found->second;
  }
  std::vector<TableColumn> columns{{left_of(array)}, {"claimed", true}, {"right", true}};
  if (predicted != nullptr)
    columns.push_back(
        {diagnosis_.verdict == Verdict::subgradient ? "with that slope" : "with that mistake",
         true});
  std::vector<std::vector<std::string>> rows;
  for (const Eigen::Index k : farthest(array)) {
    const Eigen::Index i = k % array.claim.values.rows();
    const Eigen::Index j = k / array.claim.values.rows();
    rows.push_back({fmt::format("[{}, {}]", i, j), number(array.claim.values(i, j)),
                    number(array.truth.values(i, j))});
    if (predicted != nullptr) rows.back().push_back(number((*predicted)(i, j)));
  }
  std::string text = table(columns, rows, style_);
  if (array.claim.values.size() > most_entries)
    text += fmt::format("  the {} that are farthest off, of {}\n", most_entries,
                        grouped(array.claim.values.size()));
  return text + "\n";
}

std::string DiagnosisTables::map(const ArrayVerdict& array) const {
  std::string text = fmt::format("Where {} is off ({}):\n", left_of(array), array.pattern);
  const double largest = static_cast<double>(array.truth.values.abs().maxCoeff());
  text += error_map(
      (array.claim.values - array.truth.values).abs().cast<double>() / (largest > 0 ? largest : 1),
      style_);
  const auto [i, j] = array.nearness.worst;
  return text + fmt::format("  farthest at [{}, {}]: claimed {}, right {}\n\n", i, j,
                            number(array.claim.values(i, j)), number(array.truth.values(i, j)));
}

}  // namespace tracer::cli
