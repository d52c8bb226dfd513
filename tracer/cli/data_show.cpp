// tracer data show: pictures, scatter plots, counts.
#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "datasets/load.hpp"
#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/table.hpp"
#include "tracer/view/picture.hpp"
#include "tracer/view/plane.hpp"
#include "tracer/view/progress.hpp"
#include "tracer/view/scatter_svg.hpp"

namespace tracer::cli {
namespace {

struct DataShowFlags {
  std::string what;
  Output output;
  int n = 10;
  unsigned seed = 0;
};

std::string class_counts(const Dataset& set, const std::vector<int>& labels, const Style& style) {
  std::vector<int> counts(set.classes.size());
  for (const int label : labels) ++counts[static_cast<std::size_t>(label)];
  const int most = *std::ranges::max_element(counts);
  std::vector<std::vector<TableCell>> rows;
  constexpr std::size_t shown_classes = 100;
  for (std::size_t k = 0; k < std::min(counts.size(), shown_classes); ++k) {
    const double share = most == 0 ? 0 : static_cast<double>(counts[k]) / most;
    std::string filled;
    for (int i = 0; i < static_cast<int>(share * 30 + 0.5); ++i)
      filled += style.unicode ? "█" : "#";
    rows.push_back({clean(set.classes[k], style), grouped(counts[k]), filled});
  }
  std::string text = table({{"class"}, {"samples", true}, {""}}, rows, style);
  if (counts.size() > shown_classes)
    text += fmt::format("and {} more\n",
                        grouped(static_cast<long long>(counts.size() - shown_classes)));
  return text;
}

// Of features that are no picture: their ranges, the first few.
void add_feature_ranges(const Dataset& set, Document& page) {
  constexpr Eigen::Index most = 12;
  TableBlock table{{{"feature"}, {"least", true}, {"mean", true}, {"most", true}}, {}};
  const auto add = [&](const std::string& name, const auto& row) {
    const double mean = static_cast<double>(row.template cast<double>().mean());
    table.rows.push_back({name, short_number(static_cast<double>(row.minCoeff())),
                          short_number(mean), short_number(static_cast<double>(row.maxCoeff()))});
  };
  const std::vector<std::string> names =
      set.columns ? feature_names(*set.columns) : std::vector<std::string>();
  const auto feature = [&](Eigen::Index i) {
    return names.empty() ? fmt::format("x{}", i + 1) : names[static_cast<std::size_t>(i)];
  };
  for (Eigen::Index i = 0; i < std::min(most, set.features.rows()); ++i)
    add(feature(i), set.features.row(i));
  if (set.classes.empty()) {
    for (Eigen::Index i = 0; i < std::min(most, set.targets.rows()); ++i)
      add(set.columns && !set.columns->label.empty() ? set.columns->label
          : set.targets.rows() == 1                  ? "y"
                                                     : fmt::format("y{}", i + 1),
          set.targets.row(i));
  }
  page.push_back({std::move(table)});
  if (set.features.rows() > most)
    page.push_back({Paragraph{{fmt::format("and {} more", set.features.rows() - most)}}, false});
}

int show(const DataShowFlags& options) {
  const Dataset set = named_dataset(options.what, options.seed);
  for (const std::string& text : set.remarks) remark(text);
  const Style style = options.output.style();
  std::string title = fmt::format("{}: {} samples of {} features", clean(set.name, style),
                                  grouped(set.count()), grouped(set.features.rows()));
  if (set.is_images()) title += fmt::format(" ({}×{} pixels)", set.image_rows, set.image_columns);
  if (!set.classes.empty()) title += fmt::format(", {} classes", set.classes.size());
  Document page{{Paragraph{{title}, Paragraph::never}}};
  const auto draw = [&](auto drawing, std::function<std::string()> svg = {}) {
    page.push_back({Drawing{std::move(drawing), std::move(svg)}});
  };
  const bool has_classes = !set.classes.empty() && set.targets.size() > 0;
  const std::vector<int> labels = has_classes ? labels_of(set) : std::vector<int>();
  if (set.is_images()) {
    std::vector<int> first(static_cast<std::size_t>(std::min(options.n, set.count())));
    std::iota(first.begin(), first.end(), 0);
    std::vector<std::string> captions;
    for (const int k : first)
      captions.push_back(
          has_classes ? set.classes[static_cast<std::size_t>(labels[static_cast<std::size_t>(k)])]
                      : std::to_string(k + 1));
    const std::vector<Picture> all = pictures_of(select(set, first), captions);
    draw([all](const Style& as) { return pictures(all, as); },
         [all] { return pictures_svg(all, "samples"); });
  } else if (set.features.rows() == 2 && has_classes) {
    const PointSet points{set.features, labels, set.classes};
    draw([points](const Style& as) { return scatter(points, as); },
         [points] { return points_svg(points, "samples", Axes::numbered); });
  } else if (set.features.rows() == 1 && set.targets.rows() == 1 && !has_classes) {
    Array<float> points(2, set.features.cols());
    points << set.features, set.targets;
    const PointSet samples{points, {}, {}, "x", "y"};
    draw([samples](const Style& as) { return scatter(samples, as); },
         [samples] { return points_svg(samples, "samples", Axes::numbered); });
  } else {
    add_feature_ranges(set, page);
  }
  if (has_classes) draw([&](const Style& as) { return class_counts(set, labels, as); });
  options.output.write(page);
  return 0;
}

}  // namespace

Command data_show() {
  const auto options = std::make_shared<DataShowFlags>();
  DataShowFlags& to = *options;
  return {"show",
          "draws a data set and counts its classes",
          "Examples:\n"
          "  tracer data show mnist --n 5\n"
          "  tracer data show 'mnist(\"test\")'\n"
          "  tracer data show 'circles(300, factor=0.4, noise=0.05)' --seed 7\n"
          "  tracer data show my-digits.csv",
          {{"NAME", &to.what, "a data set, as a lesson calls it, or a file"},
           {"--n", &to.n, "how many pictures (default 10)", Between{0, 10000}},
           {"--seed", &to.seed, "of what is made (default 0)"},
           page_format_flag(to.output, {}),
           output_flag(to.output),
           colour_flag(to.output)},
          [options] { return show(*options); }};
}

}  // namespace tracer::cli
