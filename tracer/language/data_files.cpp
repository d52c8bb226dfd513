// mnist("train"), csv("file.csv"), npz("f.npz"), npy("f.npy"), idx("images", "labels"): arguments
// to the readers of datasets/.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "datasets/csv.hpp"
#include "datasets/idx.hpp"
#include "datasets/load.hpp"
#include "datasets/npz.hpp"
#include "tracer/files_below.hpp"
#include "tracer/language/call_arguments.hpp"
#include "tracer/language/constants.hpp"
#include "tracer/language/data_sets.hpp"

namespace tracer {
namespace {

using namespace ast;

// Readers throw Error for what is wrong with a file; in a lesson that is a mistake of the call.
template <class Read>
auto placed(Span span, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw BadStatement{span, error.what()};
  }
}

class File {
 public:
  File(const DataRequest& request, std::vector<std::string_view> positional,
       std::vector<std::string_view> own)
      : request_(request),
        arguments_(request.names, request.call, request.span, std::move(positional), all(own)) {}

  const CallArguments& arguments() const { return arguments_; }

  std::filesystem::path path(std::string_view argument) const {
    if (!arguments_.has(argument)) {
      throw BadStatement{request_.span, fmt::format("{} needs a file", request_.call.function.text),
                         fmt::format("write {}(\"...\")", request_.call.function.text)};
    }
    return path_in_lesson(request_.names, arguments_.text(argument, ""), request_.span);
  }
  int first() const { return arguments_.whole("n", 0, 1); }
  std::optional<int> classes() const {
    if (!arguments_.has("classes")) return std::nullopt;
    if (arguments_.is_none("classes")) return 0;  // the labels are numbers
    const int classes = arguments_.whole("classes", 0, 0);
    if (classes == 1)
      throw BadStatement{arguments_.span("classes"), "a single class leaves nothing to tell apart",
                         "there are two or more; classes=0 says that the targets are numbers"};
    return classes;
  }
  /// What features are divided by; normalise="none" leaves them as they are.
  std::optional<double> scale() const {
    if (arguments_.has("scale")) {
      const double scale = arguments_.real("scale", 1, 0);
      if (scale == 0)
        throw BadStatement{arguments_.span("scale"), "scale is 0", "features are divided by it"};
      return scale;
    }
    if (arguments_.text("normalise", "") == "none") return 1;
    return std::nullopt;
  }
  FileOptions options() const {
    FileOptions options;
    options.part = request_.is_held_out() ? "test" : "train";
    options.labelled = request_.labelled();
    options.classes = classes();
    options.scale = scale();
    options.n = first();
    options.wants_classes = request_.wants_classes;
    if (request_.training != nullptr) as_in_training(options);
    return options;
  }

 private:
  static std::vector<std::string_view> all(std::vector<std::string_view> own) {
    for (const std::string_view option : {"n", "scale", "normalise", "samples"})
      own.push_back(option);
    return own;
  }

  // Test and validation data are of the same columns and classes as the data.
  void as_in_training(FileOptions& options) const {
    const Samples& training = *request_.training;
    options.features = training.entries(0);
    options.columns = training.columns;
    if (!options.scale && training.columns) options.scale = training.columns->scale;
    if (!options.labelled || training.names.size() < 2) return;
    options.class_names = training.classes;
    if (training.classes.empty() && !arguments_.has("classes")) options.classes = 0;
  }

  const DataRequest& request_;
  CallArguments arguments_;
};

// pictures are read as k/255
void rescale_pictures(Dataset& set, std::optional<double> scale) {
  if (!scale || *scale == 255) return;
  const auto by = static_cast<float>(*scale);
  set.features = (set.features * 255.0F).round() / by;
}

Dataset image_set_call(const DataRequest& request) {
  const File file(request, {"part"}, {});
  const std::string& which = request.call.function.text;
  const std::string part = file.arguments().text("part", request.is_held_out() ? "test" : "train");
  return placed(request.span, [&] {
    Dataset set = load_images(which, part, file.first());
    rescale_pictures(set, file.scale());
    return set;
  });
}

// sep=";", decimal=","
std::optional<char> sign_of(const CallArguments& arguments, std::string_view name) {
  if (!arguments.has(name)) return std::nullopt;
  const std::string text = arguments.text(name, "");
  if (name == "sep" && (text == "tab" || text == "\\t")) return '\t';
  if (text.size() != 1 || std::isalnum(static_cast<unsigned char>(text[0])) != 0) {
    throw BadStatement{arguments.span(name), fmt::format("{} is one sign", name),
                       name == "sep" ? "write sep=\";\", sep=\",\" or sep=\"tab\""
                                     : fmt::format("write {}=\",\"", name)};
  }
  return text[0];
}

// Whether the train line keeps some of the data out of the training, so that what is measured on the
// data waits until it is known which (parts.hpp). What looks at the samples before that, max_margin,
// has them as they are.
bool holds_out(const Lesson& lesson) {
  const auto* train = first_of<Train>(lesson);
  if (train == nullptr) return false;
  const bool looks_before = std::ranges::any_of(lesson.expressions, [](const Expr& e) {
    const auto* call = std::get_if<Call>(&e.is);
    return call != nullptr && call->function.text == "max_margin";
  });
  return !looks_before && std::ranges::any_of(train->options, [](const Keyword& option) {
    return option.name.text.starts_with("validation") || option.name.text == "test";
  });
}

decltype(FileOptions::missing) missing_of(const Names& names, const CallArguments& arguments) {
  if (!arguments.has("missing")) return {};
  const auto word = arguments.text_if("missing");
  if (!word) return arguments.real("missing", 0);
  if (*word == "mean") return FileOptions::Mean{.later = holds_out(names.lesson)};
  if (*word != "drop") {
    throw BadStatement{arguments.span("missing"), "there is no such way with missing values",
                       "write missing=\"drop\", which leaves such samples out, missing=\"mean\", "
                       "or a number for their place, missing=0"};
  }
  return FileOptions::LeaveOut{};
}

// one_hot=true, one_hot="colour", one_hot=["colour", 3]
decltype(FileOptions::one_hot) one_hot_of(const Names& names, const CallArguments& arguments) {
  const std::vector<ExprId> items = arguments.items("one_hot");
  if (items.empty()) return {};
  if (const auto* all = names.as<Truth>(items[0]); all != nullptr && items.size() == 1) {
    if (all->value) return FileOptions::TextColumns{};
    return {};
  }
  std::vector<FileOptions::ColumnName> columns;
  for (const ExprId id : items) {
    const auto* text = names.as<String>(id);
    const auto* word = names.as<Name>(id);
    if (text != nullptr) {
      columns.emplace_back(text->text);
    } else if (word != nullptr && !names.defines(word->text)) {
      columns.emplace_back(word->text);
    } else if (text == nullptr && word == nullptr &&
               (names.is<Number>(id) || names.is<Unary>(id))) {
      columns.emplace_back(whole_number(names, id, "a column's number", -1'000'000));
    } else {
      throw BadStatement{names.span(id), "one_hot names columns",
                         "write one_hot=[\"colour\"], or one_hot=true for all that have text"};
    }
  }
  return columns;
}

Dataset csv_call(const DataRequest& request) {
  const File file(
      request, {"file"},
      {"label", "classes", "header", "sep", "decimal", "thousands", "missing", "one_hot"});
  const CallArguments& arguments = file.arguments();
  decltype(FileOptions::label) label;
  if (arguments.is_none("label")) {
    label = FileOptions::NoLabel{};
  } else if (const auto column = arguments.text_if("label")) {
    label = *column;
  } else if (arguments.has("label")) {
    label = arguments.whole("label", 0, -1'000'000);
  }
  const bool header = arguments.truth("header", true);
  FileOptions options = file.options();
  options.label = std::move(label);
  if (arguments.has("header")) options.header = header;
  options.separator = sign_of(arguments, "sep");
  options.decimal = sign_of(arguments, "decimal");
  options.thousands = sign_of(arguments, "thousands");
  options.missing = missing_of(request.names, arguments);
  options.one_hot = one_hot_of(request.names, arguments);
  const auto path = file.path("file");
  return placed(request.span, [&] { return read_csv(path, options); });
}

Dataset npz_call(const DataRequest& request) {
  const File file(request, {"file", "features", "targets"}, {"classes"});
  const CallArguments& arguments = file.arguments();
  const auto path = file.path("file");
  const std::string features = arguments.text("features", "");
  const std::string targets = arguments.text("targets", "");
  FileOptions options = file.options();
  options.features_name = features;
  options.targets_name = targets;
  return placed(request.span, [&] {
    const Npz archive(path);
    // arrays that are called as the lesson calls them come before the usual names
    if (features.empty() && archive.has(request.wanted[0]))
      options.features_name = request.wanted[0];
    if (targets.empty() && request.labelled() && archive.has(request.wanted[1]))
      options.targets_name = request.wanted[1];
    return npz_dataset(archive, options);
  });
}

Dataset idx_call(const DataRequest& request) {
  const File file(request, {"images", "labels"}, {});
  const auto images = file.path("images");
  const bool labelled = request.labelled() || file.arguments().has("labels");
  if (labelled && !file.arguments().has("labels")) {
    throw BadStatement{request.span, "the labels of idx pictures are a file of their own",
                       "write idx(\"images.gz\", \"labels.gz\")"};
  }
  const auto labels = labelled ? file.path("labels") : std::filesystem::path();
  return placed(request.span, [&] {
    Dataset set = read_idx(images, labels, file.first());
    rescale_pictures(set, file.scale());
    return set;
  });
}

Dataset npy_call(const DataRequest& request) {
  const File file(request, {"file"}, {"classes"});
  if (request.labelled()) {
    throw BadStatement{request.span, "an .npy file has one array, and there are two names",
                       fmt::format("write data {0}, {1} = npy(\"{0}.npy\"), npy(\"{1}.npy\")",
                                   request.wanted[0], request.wanted[1])};
  }
  const auto path = file.path("file");
  return placed(request.span, [&] {
    return npy_dataset(read_npy(path), nullptr, file.options(), path.string());
  });
}

// As it is written, or beside the lesson where there is such a file, or none anywhere.
std::filesystem::path beside_lesson(const Source& lesson, const std::filesystem::path& path) {
  if (path.is_absolute()) return path;
  const auto beside = std::filesystem::path(lesson.name()).parent_path() / path;
  std::error_code error;
  if (std::filesystem::exists(beside, error) || !std::filesystem::exists(path, error))
    return beside;
  return path;
}

}  // namespace

std::filesystem::path path_in_lesson(const Names& names, const std::string& written, Span span) {
  if (!names.opens_files) {
    throw BadStatement{
        span,
        fmt::format("the lesson of a saved model opens no files, and this one names {}", written),
        "is the model your own? then --lesson-data has it read; --data names other "
        "samples"};
  }
  const std::filesystem::path path = beside_lesson(names.source, written);
  const auto folder = files_below();
  if (!folder) return path;
  if (const auto allowed = below(*folder, path)) return *allowed;
  throw BadStatement{span,
                     fmt::format("a lesson here opens files below {} alone, and this one names {}",
                                 folder->string(), written),
                     "put the file there, or run tracer on the command line"};
}

namespace {

struct KindOfFile {
  std::string_view name;
  ReadCall read;
};
constexpr std::array kinds{KindOfFile{"csv", csv_call}, KindOfFile{"npz", npz_call},
                           KindOfFile{"npy", npy_call}, KindOfFile{"idx", idx_call}};

}  // namespace

ReadCall file_call(std::string_view which) {
  if (is_image_set(which)) return image_set_call;
  const auto at = std::ranges::find(kinds, which, &KindOfFile::name);
  return at == kinds.end() ? nullptr : at->read;
}

std::vector<std::string_view> file_calls() {
  std::vector<std::string_view> names;
  for (const KindOfFile& kind : kinds) names.push_back(kind.name);
  return names;
}

namespace {

// How the array of npz("f.npz", "X") and npy("X.npy") is said.
std::vector<std::string_view> words_of_array(const Call& call) {
  if (call.function.text == "npz") return {"file", "array"};
  return {"file"};
}

}  // namespace

Dataset sets_from_arrays(const DataRequest& features, const DataRequest& targets) {
  const auto read = [](const DataRequest& request, const File& file) {
    const auto path = file.path("file");
    return placed(request.span, [&] {
      if (request.call.function.text == "npy") return read_npy(path);
      return Npz(path).read(file.arguments().text("array", request.wanted[0]));
    });
  };
  const File of_features(features, words_of_array(features.call), {"classes"});
  const NpyArray x = read(features, of_features);
  const File of_targets(targets, words_of_array(targets.call), {"classes"});
  const NpyArray y = read(targets, of_targets);
  FileOptions options = of_features.options();
  options.labelled = true;
  options.classes = of_targets.classes();
  return placed(join(features.span, targets.span), [&] {
    return npy_dataset(x, &y, options, of_features.arguments().text("file", ""));
  });
}

bool reads_array(std::string_view function) { return function == "npz" || function == "npy"; }

LeafValue array_from_file(const Names& names, const Expr& e, const std::string& name,
                          bool& is_flat) {
  const auto& call = std::get<Call>(e.is);
  const bool is_npz = call.function.text == "npz";
  const CallArguments arguments(names, call, e.span, words_of_array(call), {});
  if (!arguments.has("file")) {
    throw BadStatement{e.span, fmt::format("{} needs a file", call.function.text),
                       is_npz ? "write npz(\"f.npz\", \"W\")" : "write npy(\"f.npy\")"};
  }
  const auto path = path_in_lesson(names, arguments.text("file", ""), e.span);
  const NpyArray array = placed(e.span, [&] {
    if (!is_npz) return read_npy(path);
    const Npz archive(path);
    const std::vector<std::string> there = archive.names();
    const bool is_only = there.size() == 1 && there[0] != name;
    return archive.read(arguments.text("array", is_only ? there[0] : name));
  });
  if (array.size() == 0) throw BadStatement{e.span, "this array is empty"};
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (!std::isfinite(array.at(i))) {
      throw BadStatement{
          e.span, fmt::format("{}: entry {} (in C order) is {}", path.string(), i, array.at(i)),
          "a leaf holds finite numbers"};
    }
  }
  is_flat = array.shape.size() == 1;
  const bool as_row = is_flat && names.rows;
  if (std::holds_alternative<std::vector<float>>(array.values)) {
    return as_row ? transposed_matrix_of<float>(array) : matrix_of<float>(array);
  }
  const Array<double> wide =
      as_row ? transposed_matrix_of<double>(array) : matrix_of<double>(array);
  return Array<Exact>(wide.unaryExpr([](double x) { return Exact::from_double(x, Working{}); }));
}

}  // namespace tracer
