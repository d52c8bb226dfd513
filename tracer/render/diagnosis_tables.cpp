#include "tracer/render/diagnosis_tables.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/text_block.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {
namespace {

constexpr Eigen::Index most_entries = 9;  // of an array that are shown side by side
constexpr int good = 2;                   // green
constexpr int bad = 1;                    // red

std::string remark_of(const JudgedClaim& array) {
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
  for (const JudgedClaim& array : diagnosis.arrays) {
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
std::vector<Eigen::Index> farthest(const JudgedClaim& array) {
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

constexpr int most_map_rows = 16;
constexpr int most_map_columns = 64;

// Eight powers of ten from the lightest shade to the darkest.
std::size_t shade_of(double error, std::size_t count) {
  const double steps = (std::log10(error) + 8) / 8;
  const auto last = static_cast<double>(count - 1);
  return static_cast<std::size_t>(std::clamp(1 + steps * (last - 1), 1.0, last));
}

// Where a matrix is off: a picture of its errors, dark where they are large, small enough for a
// terminal, so that rows and columns that are wrong as a whole are seen at once. Of errors from 0
// on, 1 is as large as the largest value. Cells that hold several entries show the largest of them;
// a cell without error is a dot.
std::string error_map(const Array<double>& errors, const Style& style) {
  const auto rows = static_cast<int>(errors.rows());
  const auto columns = static_cast<int>(errors.cols());
  const int label = static_cast<int>(std::to_string(rows - 1).size());
  const int width = std::min({columns, most_map_columns, std::max(8, style.width - label - 4)});
  const int height = std::min(rows, most_map_rows);
  const auto marks = shades(style);
  std::string text;
  for (int i = 0; i < height; ++i) {
    const int top = i * rows / height;
    const int below = (i + 1) * rows / height;
    text += fmt::format(
        "  {:>{}} ", i == 0 || i == height - 1 ? std::to_string(i == 0 ? 0 : rows - 1) : "", label);
    for (int j = 0; j < width; ++j) {
      const int left = j * columns / width;
      const int right = (j + 1) * columns / width;
      const double error = errors.block(top, left, below - top, right - left).maxCoeff();
      text += error > 0 ? utf8::encode(marks[shade_of(error, marks.size())])
                        : std::string(style.unicode ? "·" : ".");
    }
    text += "\n";
  }
  const std::string last = std::to_string(columns - 1);
  const int gap = std::max(1, width - 1 - static_cast<int>(last.size()));
  text += fmt::format("  {:>{}} 0{}{}\n", "", label,
                      std::string(static_cast<std::size_t>(gap), ' '), columns > 1 ? last : "");
  return text;
}

}  // namespace

std::string_view word_of(const JudgedClaim& array, Verdict whole) {
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

std::string DiagnosisTables::left_of(const JudgedClaim& array) const {
  return array.claim.gradient ? fmt::format("∂{}/∂{}", loss_, array.value) : array.value;
}

TableBlock DiagnosisTables::arrays() const {
  TableBlock table{{{"claimed"}, {"shape"}, {"verdict"}, {"digits", true}, {"ratio", true}, {""}},
                   {}};
  for (const JudgedClaim& array : diagnosis_.arrays) {
    const std::string_view word = word_of(array, diagnosis_.verdict);
    const bool right = word == "right" || word == "disturbed" || word == "valid";
    table.rows.push_back(
        {left_of(array),
         fmt::format("{}×{}", array.claim.values.rows(), array.claim.values.cols()),
         {std::string(word == "disturbed" ? "right, but disturbed" : word), right ? good : bad},
         fmt::format("{:.0f}", std::floor(array.nearness.digits)),
         fmt::format("{:.1e}", array.norm_ratio),
         remark_of(array)});
  }
  return table;
}

std::string DiagnosisTables::legend() const {
  return fmt::format(
      "digits in which all entries agree; ratio = ‖claimed − ours‖ / (‖claimed‖ + ‖ours‖); {}",
      precision_of(diagnosis_));
}

std::vector<Block> DiagnosisTables::side_by_side(const Account* account) const {
  std::vector<Block> blocks;
  int shown = 0;
  for (const JudgedClaim& array : diagnosis_.arrays) {
    if (array.nearness.matches() && !array.claim.has_wrong_shape()) continue;
    if (array.claim.summed_over_units.size() > 0) continue;  // they stand for other entries
    if (++shown > 2) break;                                  // the rest is like them
    entries(array, account, blocks);
    if (array.claim.values.size() > most_entries && account == nullptr) map(array, blocks);
  }
  return blocks;
}

void DiagnosisTables::entries(const JudgedClaim& array, const Account* account,
                              std::vector<Block>& blocks) const {
  const Reals* predicted = nullptr;
  if (account != nullptr) {
    const auto found = account->predicted.find(array.claim.name);
    if (found != account->predicted.end() && array.claim.gradient) predicted = &found->second;
  }
  TableBlock table{{{left_of(array)}, {"claimed", true}, {"right", true}}, {}};
  if (predicted != nullptr)
    table.columns.push_back(
        {diagnosis_.verdict == Verdict::subgradient ? "with that slope" : "with that mistake",
         true});
  for (const Eigen::Index k : farthest(array)) {
    const Eigen::Index i = k % array.claim.values.rows();
    const Eigen::Index j = k / array.claim.values.rows();
    table.rows.push_back({fmt::format("[{}, {}]", i, j), number(array.claim.values(i, j)),
                          number(array.truth.values(i, j))});
    if (predicted != nullptr) table.rows.back().push_back(number((*predicted)(i, j)));
  }
  blocks.push_back({std::move(table)});
  if (array.claim.values.size() > most_entries)
    blocks.push_back({Paragraph{{fmt::format("the {} that are farthest off, of {}", most_entries,
                                             grouped(array.claim.values.size()))},
                                Paragraph::never},
                      false, 2});
}

void DiagnosisTables::map(const JudgedClaim& array, std::vector<Block>& blocks) const {
  const auto line = [&](const std::string& text, bool apart, int indent) {
    blocks.push_back({Paragraph{{text}, Paragraph::never}, apart, indent});
  };
  line(fmt::format("Where {} is off ({}):", left_of(array), array.pattern), true, 0);
  const double largest = static_cast<double>(array.truth.values.abs().maxCoeff());
  const Array<double> errors =
      (array.claim.values - array.truth.values).abs().cast<double>() / (largest > 0 ? largest : 1);
  blocks.push_back(
      {Drawing{[errors](const Style& style) { return error_map(errors, style); }}, false});
  const auto [i, j] = array.nearness.worst;
  line(fmt::format("farthest at [{}, {}]: claimed {}, right {}", i, j,
                   number(array.claim.values(i, j)), number(array.truth.values(i, j))),
       false, 2);
}

}  // namespace tracer
