// tracer predict: what a saved model says of samples in a file.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/view/picture.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;

struct PredictFlags {
  std::string model, layer;
  std::vector<std::string> files;
  Output output;
  int top = 3;
  int show = 0;
  int threads = 2;
};

// What is said of every sample: scores of the classes, largest first; or the outputs themselves.
struct Said {
  std::vector<std::string> classes;   // empty: the outputs are numbers
  bool probabilities = false;         // scores lie in [0, 1] and sum to 1
  Array<float> scores;                // classes (or outputs) × samples
  std::vector<int> predicted, truth;  // empty: there are none

  std::string name(int which) const { return classes[static_cast<std::size_t>(which)]; }
  std::vector<int> best(Eigen::Index sample, int top) const {
    std::vector<int> order(static_cast<std::size_t>(scores.rows()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](int c) { return scores(c, sample); });
    order.resize(std::min(order.size(), static_cast<std::size_t>(top)));
    return order;
  }
};

// What a line of the lesson puts out for every sample: numbers, a row for each of its units.
Said put_out_by(const SavedModel& saved, const std::string& layer, const Samples& samples) {
  Said said;
  const Array<float> values =
      values_of_line(saved.program, layer, saved.model.parameters, saved.model.states, samples);
  said.scores = samples.rows ? Array<float>(values.transpose()) : values;
  return said;
}

Said said_of(const SavedModel& saved, const Samples& samples) {
  Said said;
  const Evaluation made =
      evaluate(saved.program, saved.model.parameters, saved.model.states, samples);
  said.scores = samples.rows ? Array<float>(made.outputs.transpose()) : made.outputs;
  said.predicted = made.predicted;
  if (said.predicted.empty()) return said;
  said.classes = class_names(saved.program, decision_of(saved.program));
  if (said.scores.rows() == 1) {  // of two classes: the score of the second one
    const Array<float> one = said.scores;
    said.scores.resize(2, one.cols());
    said.probabilities = one.size() == 0 || (one.minCoeff() >= 0 && one.maxCoeff() <= 1);
    said.scores.row(0) = said.probabilities ? Array<float>(1.0F - one) : Array<float>(-one);
    said.scores.row(1) = one;
  } else {
    said.probabilities =
        said.scores.size() == 0 || (said.scores.minCoeff() >= 0 &&
                                    (said.scores.colwise().sum() - 1.0F).abs().maxCoeff() < 1e-3F);
  }
  for (auto c = static_cast<Eigen::Index>(said.classes.size()); c < said.scores.rows(); ++c)
    said.classes.push_back(std::to_string(c));
  if (samples.names.size() > 1) said.truth = true_classes(saved.program, samples);
  return said;
}

std::string score_text(const Said& said, float score) {
  return said.probabilities ? fmt::format("{:.2f} %", 100.0 * static_cast<double>(score))
                            : fmt::format("{:.4g}", score);
}

std::vector<Picture> shown(const Said& said, const Dataset& set, int most) {
  std::vector<int> first(static_cast<std::size_t>(std::min(most, set.count())));
  std::iota(first.begin(), first.end(), 0);
  std::vector<std::string> captions;
  for (const int k : first) {
    const int c = said.predicted.empty() ? -1 : said.predicted[static_cast<std::size_t>(k)];
    captions.push_back(c < 0 ? fmt::format("{}", k + 1)
                             : fmt::format("{}: {}, {}", k + 1, said.name(c),
                                           score_text(said, said.scores(c, k))));
  }
  return pictures_of(select(set, first), captions);
}

Document page_of(const Said& said, const Dataset& set, const PredictFlags& options) {
  TableBlock table{{{"sample", true}}, {}};
  std::vector<TableColumn>& columns = table.columns;
  const int top = std::min<int>(options.top, static_cast<int>(said.scores.rows()));
  if (said.classes.empty()) {
    for (Eigen::Index i = 0; i < said.scores.rows(); ++i)
      columns.push_back({said.scores.rows() == 1 ? "output" : fmt::format("output {}", i), true});
  } else {
    columns.push_back({"says"});
    columns.push_back({said.probabilities ? "sure" : "score", true});
    for (int k = 1; k < top; ++k) {
      columns.push_back({k == 1 ? "else" : ""});
      columns.push_back({"", true});
    }
    if (!said.truth.empty()) columns.push_back({"true"});
  }
  int right = 0;
  for (Eigen::Index k = 0; k < said.scores.cols(); ++k) {
    std::vector<TableCell> row{std::to_string(k + 1)};
    if (said.classes.empty()) {
      for (Eigen::Index i = 0; i < said.scores.rows(); ++i)
        row.push_back(fmt::format("{:.6g}", said.scores(i, k)));
    } else {
      for (const int c : said.best(k, top)) {
        row.push_back(said.name(c));
        row.push_back(score_text(said, said.scores(c, k)));
      }
      if (!said.truth.empty()) {
        const auto at = static_cast<std::size_t>(k);
        const bool is_right = said.truth[at] == said.predicted[at];
        right += is_right ? 1 : 0;
        row.push_back(said.name(said.truth[at]) + (is_right ? "" : "  wrong"));
      }
    }
    table.rows.push_back(std::move(row));
  }
  Document page;
  if (options.show > 0 && set.is_images()) {
    const std::vector<Picture> all = shown(said, set, options.show);
    page.push_back({Drawing{[all](const Style& style) { return pictures(all, style); },
                            [all] { return pictures_svg(all, "samples"); }}});
  }
  page.push_back({std::move(table)});
  if (!said.truth.empty())
    page.push_back({Paragraph{{fmt::format("{} of {} right", right, said.truth.size())}}});
  return page;
}

std::string all_files(const PredictFlags& options) {
  return fmt::format("{}", fmt::join(options.files, ", "));
}

std::string to_json(const Said& said, const PredictFlags& options) {
  Json json{{"schema", 1}, {"model", options.model}, {"data", all_files(options)}};
  if (!options.layer.empty()) json["layer"] = options.layer;
  json["predictions"] = Json::array();
  for (Eigen::Index k = 0; k < said.scores.cols(); ++k) {
    Json one{{"sample", k + 1}};
    const auto at = static_cast<std::size_t>(k);
    if (said.classes.empty()) {
      one["outputs"] = std::vector<float>(said.scores.col(k).begin(), said.scores.col(k).end());
    } else {
      one["class"] = said.name(said.predicted[at]);
      one["top"] = Json::array();
      for (const int c : said.best(k, options.top)) {
        one["top"].push_back({{"class", said.name(c)},
                              {said.probabilities ? "probability" : "score", said.scores(c, k)}});
      }
      if (!said.truth.empty()) one["true"] = said.name(said.truth[at]);
    }
    json["predictions"].push_back(std::move(one));
  }
  return json_text(json, 2) + "\n";
}

std::string to_csv(const Said& said) {
  std::string text = "sample";
  if (!said.classes.empty()) text += ",class";
  for (Eigen::Index i = 0; i < said.scores.rows(); ++i) {
    text += said.classes.empty() ? fmt::format(",output{}", i)
                                 : "," + csv_field((said.probabilities ? "p_" : "score_") +
                                                   said.name(static_cast<int>(i)));
  }
  text += "\n";
  for (Eigen::Index k = 0; k < said.scores.cols(); ++k) {
    text += std::to_string(k + 1);
    if (!said.classes.empty())
      text += "," + csv_field(said.name(said.predicted[static_cast<std::size_t>(k)]));
    for (Eigen::Index i = 0; i < said.scores.rows(); ++i)
      text += fmt::format(",{}", said.scores(i, k));
    text += "\n";
  }
  return text;
}

// The samples of all files, one after the other. Their targets, too, where all have the same kind.
Dataset joined(std::vector<Dataset> sets) {
  Dataset all = std::move(sets.front());
  for (std::size_t k = 1; k < sets.size(); ++k) {
    const Dataset& more = sets[k];
    const auto beside = [](Array<float>& to, const Array<float>& added) {
      const Eigen::Index before = to.cols();
      to.conservativeResize(Eigen::NoChange, before + added.cols());
      to.rightCols(added.cols()) = added;
    };
    beside(all.features, more.features);
    const bool alike = all.classes == more.classes && all.targets.rows() == more.targets.rows();
    if (alike) {
      beside(all.targets, more.targets);
    } else {
      all.targets.resize(0, 0);
      all.classes.clear();
    }
    all.remarks.insert(all.remarks.end(), more.remarks.begin(), more.remarks.end());
    if (all.image_rows != more.image_rows || all.image_columns != more.image_columns)
      all.image_rows = all.image_columns = 0;
  }
  return all;
}

int run(const PredictFlags& options) {
  set_threads(options.threads);
  const auto saved = saved_model(options.model);
  std::vector<Dataset> sets;
  for (const std::string& file : options.files) sets.push_back(dataset_for(*saved, file));
  const Dataset set = joined(std::move(sets));
  for (const std::string& text : set.remarks) remark(text);
  const Samples samples = samples_for(*saved, set);
  if (says_nothing(*saved)) return 1;
  const Said said =
      options.layer.empty() ? said_of(*saved, samples) : put_out_by(*saved, options.layer, samples);
  if (says_nothing(*saved, said.scores)) return 1;
  const std::string_view format = options.output.chosen();
  if (format == "json")
    options.output.write(to_json(said, options));
  else if (format == "csv")
    options.output.write(to_csv(said));
  else
    options.output.write(page_of(said, set, options));
  return 0;
}

}  // namespace

Command predict_command() {
  const auto options = std::make_shared<PredictFlags>();
  PredictFlags& to = *options;
  return {
      "predict",
      "what a saved model says of samples in a file",
      "Examples:\n"
      "  tracer predict digits.safetensors seven.png --show 1\n"
      "  tracer predict digits.safetensors unknown.csv --format csv -o answers.csv\n"
      "  tracer predict digits.safetensors *.png --layer A2 --format csv\n"
      "  sort new.csv | tracer predict flowers.safetensors -\n"
      "  tracer predict digits.safetensors t10k-images-idx3-ubyte.gz --top 1",
      {model_flag(to.model),
       {"FILE", &to.files,
        "samples: IDX, CSV, .npz, .npy, PNGs of digits; or 'circles(20)'; - reads standard "
        "input"},
       {"--layer", &to.layer,
        "in place of the prediction what this line of the lesson puts out: A1", Anything{"NAME"}},
       {"--top", &to.top, "how many classes to name (default 3)", Between{1, 1000}},
       {"--show", &to.show, "draw the first N pictures", Between{0, 1000}},
       page_format_flag(to.output, {"json", "csv"}),
       output_flag(to.output),
       threads_flag(to.threads),
       colour_flag(to.output)},
      [options] { return run(*options); }};
}

}  // namespace tracer::cli
