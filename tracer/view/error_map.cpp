#include "tracer/view/error_map.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/text/utf8.hpp"
#include "tracer/view/class_marks.hpp"

namespace tracer {
namespace {

constexpr int most_rows = 16;
constexpr int most_columns = 64;

// Eight powers of ten from the lightest shade to the darkest.
std::size_t shade_of(double error, std::size_t count) {
  const double steps = (std::log10(error) + 8) / 8;
  const auto last = static_cast<double>(count - 1);
  return static_cast<std::size_t>(std::clamp(1 + steps * (last - 1), 1.0, last));
}

}  // namespace

std::string error_map(const Array<double>& errors, const Style& style) {
  const auto rows = static_cast<int>(errors.rows());
  const auto columns = static_cast<int>(errors.cols());
  const int label = static_cast<int>(std::to_string(rows - 1).size());
  const int width = std::min({columns, most_columns, std::max(8, style.width - label - 4)});
  const int height = std::min(rows, most_rows);
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

}  // namespace tracer
