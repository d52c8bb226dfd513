// tracer embed: a layer of a saved model as a picture in the plane.
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/layer_values.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/embed/judge.hpp"
#include "tracer/embed/pca.hpp"
#include "tracer/embed/tsne.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/view/gnuplot.hpp"
#include "tracer/view/plane.hpp"
#include "tracer/view/progress.hpp"
#include "tracer/view/scatter_svg.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;

struct EmbedFlags {
  LayerChoice choice;
  std::string method = "tsne";
  double perplexity = 30;
  int iterations = 1000;
  unsigned seed = 0;
  std::string svg, csv, plot;
  Output output;
  int threads = 2;
};

// What there is to tell of a picture, whichever method has made it.
struct Embedded {
  PointSet set;
  std::vector<double> explained;  // of PCA: shares of the variance
  std::optional<embed::Tsne> tsne;
  std::optional<double> accuracy_in_layer, accuracy_in_picture;  // of ten neighbours
};

constexpr int neighbours = 10;
constexpr int most_judged = 10'000;  // each against all: 60,000 pictures would take a minute

class StepBar {
 public:
  StepBar(int steps, const std::string& colour)
      : steps_(steps), wanted_(progress_wanted()), style_(error_style(colour)) {}
  void show(int step) const {
    if (!wanted_ || (step % 10 != 0 && step != steps_)) return;
    redraw(
        fmt::format("\rt-SNE {} {:>5}/{}", bar(double(step) / steps_, 30, style_), step, steps_));
    if (step == steps_) redraw("\r\x1b[K");
  }

 private:
  int steps_;
  bool wanted_;
  Style style_;
};

void draw_tsne(const LayerValues& values, const EmbedFlags& options, Embedded& picture) {
  const StepBar progress(options.iterations, options.output.colour);
  embed::TsneOptions how;
  how.perplexity = options.perplexity;
  how.iterations = options.iterations;
  how.seed = options.seed;
  how.after_step = [&](int step) { progress.show(step); };
  picture.tsne = embed::tsne(values.set.features, how);
  if (picture.tsne->perplexity < options.perplexity) {
    remark(fmt::format("perplexity {:.4g} needs {:.0f} samples or more; with {} it is {:.4g}",
                       options.perplexity, std::ceil(3 * options.perplexity) + 1,
                       values.set.count(), picture.tsne->perplexity));
  }
  picture.set.points = picture.tsne->points;
  picture.set.x_name = "t-SNE 1";
  picture.set.y_name = "t-SNE 2";
}

void draw_pca(const LayerValues& values, Embedded& picture) {
  if (values.set.count() < 2)
    throw Error("one sample has no principal components: they are of how samples differ");
  const embed::Components components = embed::principal_components(values.set.features, 2);
  if (!(components.all_variance > 0)) {
    throw Error(
        fmt::format("all {} samples are equal, so there is nothing that a picture could show",
                    values.set.count()));
  }
  picture.set.points = Array<float>::Zero(2, values.set.count());
  const Eigen::Index given = components.scores.rows();
  picture.set.points.topRows(given) = components.scores.array().cast<float>();
  for (Eigen::Index k = 0; k < given; ++k) picture.explained.push_back(components.share(k));
  picture.set.x_name = "component 1";
  picture.set.y_name = "component 2";
}

Embedded drawn_picture(const LayerValues& values, const EmbedFlags& options) {
  Embedded picture;
  picture.set.labels = values.labels;
  picture.set.classes = values.classes;
  if (options.method == "pca")
    draw_pca(values, picture);
  else
    draw_tsne(values, options, picture);
  if (!values.labels.empty()) {
    picture.accuracy_in_layer =
        embed::neighbour_accuracy(values.set.features, values.labels, neighbours, most_judged);
    picture.accuracy_in_picture =
        embed::neighbour_accuracy(picture.set.points, values.labels, neighbours, most_judged);
  }
  return picture;
}

std::string title_of(const LayerValues& values, const Embedded& picture) {
  return fmt::format("{} of {} {} samples, by {}", values.layer, grouped(values.set.count()),
                     values.data, picture.tsne ? "t-SNE" : "PCA");
}

// The sentences below the picture, one a line.
std::vector<std::string> sentences_of(const LayerValues& values, const Embedded& picture,
                                      const EmbedFlags& options) {
  std::vector<std::string> lines;
  const auto units = values.set.features.rows();
  const std::string numbers = fmt::format("{} number{} a sample", units, units == 1 ? "" : "s");
  if (picture.tsne) {
    lines.push_back(fmt::format("{}; perplexity {:.4g}, {} iterations, seed {}", numbers,
                                picture.tsne->perplexity, grouped(options.iterations),
                                options.seed));
    lines.push_back(fmt::format(
        "KL divergence {:.4f} (of the finished picture, without exaggeration)", picture.tsne->kl));
  } else {
    std::string shares;
    double sum = 0;
    for (const double share : picture.explained) {
      shares += (shares.empty() ? "" : " and ") + trimmed(percent(share));
      sum += share;
    }
    lines.push_back(fmt::format(
        "{}; of their variance the components have {}{}", numbers, shares,
        picture.explained.size() > 1 ? fmt::format(", together {}", trimmed(percent(sum))) : ""));
  }
  if (picture.accuracy_in_layer) {
    const int k = std::min(neighbours, values.set.count() - 1);
    const std::string asked =
        values.set.count() > most_judged
            ? fmt::format("{} of the samples judged by their", grouped(most_judged))
            : "each sample judged by its";
    lines.push_back(
        fmt::format("{0}-NN accuracy: {1} in {2}, {3} in the picture ({4} {0} nearest others)", k,
                    trimmed(percent(*picture.accuracy_in_layer)), values.layer,
                    trimmed(percent(*picture.accuracy_in_picture)), asked));
  }
  lines.push_back(
      picture.tsne
          ? "What lies close together is alike. Distances between clusters, and how large a "
            "cluster "
            "is, mean nothing."
          : "What is far apart here is far apart; what lies close together may differ along the "
            "components that are not shown.");
  return lines;
}

Document page_of_picture(const LayerValues& values, const Embedded& picture,
                         const EmbedFlags& options) {
  Document page{{PageHeading{1, title_of(values, picture), {}, Look::faint}},
                {Drawing{[set = picture.set](const Style& style) { return scatter(set, style); },
                         [set = picture.set, title = title_of(values, picture)] {
                           return points_svg(set, title, Axes::bare);
                         }}}};
  for (const std::string& line : sentences_of(values, picture, options))
    page.push_back({Paragraph{{line}}, page.size() == 2});
  return page;
}

std::string svg_of(const LayerValues& values, const Embedded& picture, const EmbedFlags& options) {
  std::string caption;
  for (const std::string& line : sentences_of(values, picture, options)) caption += line + "\n";
  return scatter_svg(picture.set, title_of(values, picture), caption);
}

std::string csv_of(const LayerValues& values, const Embedded& picture) {
  const bool has_classes = !values.labels.empty();
  std::string text = has_classes ? "sample,x,y,class\n" : "sample,x,y\n";
  for (std::size_t k = 0; k < values.numbers.size(); ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    text += fmt::format("{},{},{}", values.numbers[k], picture.set.points(0, column),
                        picture.set.points(1, column));
    if (has_classes)
      text += "," + csv_field(values.classes[static_cast<std::size_t>(values.labels[k])]);
    text += "\n";
  }
  return text;
}

std::string json_of(const LayerValues& values, const Embedded& picture, const EmbedFlags& options) {
  Json json{{"schema", 1},
            {"model", options.choice.model},
            {"data", values.data},
            {"layer", values.layer},
            {"units", values.set.features.rows()},
            {"samples", values.set.count()},
            {"method", options.method}};
  if (picture.tsne) {
    json["perplexity"] = picture.tsne->perplexity;
    json["iterations"] = options.iterations;
    json["seed"] = options.seed;
    json["kl_divergence"] = picture.tsne->kl;
  } else {
    json["explained"] = picture.explained;
  }
  if (picture.accuracy_in_layer) {
    json["neighbours"] = {{"k", std::min(neighbours, values.set.count() - 1)},
                          {"accuracy_in_layer", *picture.accuracy_in_layer},
                          {"accuracy_in_picture", *picture.accuracy_in_picture}};
    json["classes"] = values.classes;
  }
  json["points"] = Json::array();
  for (std::size_t k = 0; k < values.numbers.size(); ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    Json one{{"sample", values.numbers[k]},
             {"x", picture.set.points(0, column)},
             {"y", picture.set.points(1, column)}};
    if (!values.labels.empty())
      one["class"] = values.classes[static_cast<std::size_t>(values.labels[k])];
    json["points"].push_back(std::move(one));
  }
  return json_text(json, 2) + "\n";
}

// Of several layers: how well each holds the classes apart, then a picture of each.
int run_several(const EmbedFlags& options, SavedModel& saved,
                const std::vector<std::string>& layers) {
  const std::string_view format = options.output.chosen();
  if (format == "json" || format == "csv" || format == "svg" || !options.svg.empty() ||
      !options.csv.empty() || !options.plot.empty()) {
    throw Error(fmt::format(
        "--layer {}: several layers are a page (text, .html, .md, .tex); as a picture, points or "
        "JSON name one of them",
        options.choice.layer));
  }
  const bool is_tsne = options.method != "pca";
  TableBlock table{{{"layer"}, {"numbers", true}}, {}};
  if (is_tsne) table.columns.push_back({"KL", true});
  for (const char* where : {"in the layer", "in the picture"})
    table.columns.push_back({fmt::format("{}-NN accuracy {}", neighbours, where), true});
  Document pictures;
  std::string data;
  int samples = 0;
  for (const std::string& layer : layers) {
    LayerChoice choice = options.choice;
    choice.layer = layer;
    const LayerValues values = layer_values(saved, choice, options.seed);
    if (!values.all_finite) return 1;
    const Embedded picture = drawn_picture(values, options);
    std::vector<TableCell> row{values.layer, grouped(values.set.features.rows())};
    if (picture.tsne) row.emplace_back(fmt::format("{:.4f}", picture.tsne->kl));
    for (const auto& accuracy : {picture.accuracy_in_layer, picture.accuracy_in_picture})
      row.emplace_back(accuracy ? trimmed(percent(*accuracy)) : "");
    table.rows.push_back(std::move(row));
    Document page = page_of_picture(values, picture, options);
    std::get<PageHeading>(page.front().what).level = 2;
    pictures += std::move(page);
    data = values.data;
    samples = values.set.count();
  }
  Document page{{PageHeading{1, fmt::format("Layers of {} {} samples, by {}", grouped(samples),
                                            data, is_tsne ? "t-SNE" : "PCA")}},
                {std::move(table)}};
  page += std::move(pictures);
  options.output.write(page);
  return 0;
}

int run_embed(const EmbedFlags& options) {
  set_threads(options.threads);
  if (!options.plot.empty()) require_gnuplot();
  const auto saved = saved_model(options.choice.model);
  if (says_nothing(*saved)) return 1;
  if (const auto layers = parts_at_commas(options.choice.layer); layers.size() > 1)
    return run_several(options, *saved, layers);
  const LayerValues values = layer_values(*saved, options.choice, options.seed);
  if (!values.all_finite) return 1;
  const Embedded picture = drawn_picture(values, options);
  const std::string_view format = options.output.chosen();
  if (format == "json")
    options.output.write(json_of(values, picture, options));
  else if (format == "csv")
    options.output.write(csv_of(values, picture));
  else if (format == "svg")
    options.output.write(svg_of(values, picture, options));
  else
    options.output.write(page_of_picture(values, picture, options));
  if (!options.svg.empty()) write_result(options.svg, svg_of(values, picture, options));
  if (!options.csv.empty()) write_result(options.csv, csv_of(values, picture));
  if (!options.plot.empty())
    remark_written(Plots(options.plot).points(picture.set, title_of(values, picture)));
  return 0;
}

}  // namespace

Command embed_command() {
  const auto options = std::make_shared<EmbedFlags>();
  EmbedFlags& to = *options;
  Flags flags = layer_flags(to.choice);
  flags += {
      {"--method", &to.method,
       "tsne: neighbours stay neighbours; pca: the two directions of largest variance (default "
       "tsne)",
       OneOf{{"tsne", "pca"}}},
      {"--perplexity", &to.perplexity, "t-SNE: about how many neighbours a sample has (default 30)",
       Between<double>{2, 10'000, "N"}},
      {"--iterations", &to.iterations, "t-SNE: steps (default 1000)", Between{1, 1'000'000, "N"}},
      {"--seed", &to.seed, "of t-SNE's first picture, and of --n (default 0)"},
      {"--svg", &to.svg, "the picture as a file too", Anything{"FILE"}},
      {"--csv", &to.csv, "the points as a file too: sample, x, y, class", Anything{"FILE"}},
      {"--plot", &to.plot, "a folder: the picture by gnuplot, SVG and PNG", Anything{"FILE"}},
      page_format_flag(to.output, {"json", "csv", "svg"}),
      output_flag(to.output),
      threads_flag(to.threads),
      colour_flag(to.output)};
  return {"embed", "a layer of a saved model as a picture in the plane: t-SNE or PCA",
          "Examples:\n"
          "  tracer embed digits.safetensors --layer A2 --svg a2.svg\n"
          "  tracer embed digits.safetensors --n 2000 --method pca\n"
          "  tracer embed digits.safetensors --n 2000 --layer X,A1,A2 -o layers.html\n"
          "  tracer embed digits.safetensors --layer A1 --part training --csv a1.csv --threads 0",
          std::move(flags), [options] { return run_embed(*options); }};
}

}  // namespace tracer::cli
