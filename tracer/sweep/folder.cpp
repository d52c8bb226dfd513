#include "tracer/sweep/folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "tracer/error.hpp"
#include "tracer/text/number_text.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/part_samples.hpp"
#include "tracer/write_aside.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 17> run_columns{
    "key",        "setting",     "seed",    "fold",    "status",     "score",
    "loss",       "train_score", "judged",  "trained", "parameters", "epochs",
    "best_epoch", "weights",     "seconds", "why",     "end"};

// A field of one line, whatever was said over several.
std::string line_field(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return csv_field(text);
}

// Nothing: a quote that is not closed.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  bool open = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"' && open && at + 1 < line.size() && line[at + 1] == '"') {
      fields.back() += c;
      ++at;
    } else if (c == '"') {
      open = !open;
    } else if (c == ',' && !open) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (open) return std::nullopt;
  return fields;
}

template <class Number>
bool read_number(const std::string& text, Number& into) {
  const auto number = number_in_text<Number>(text);
  if (number) into = *number;
  return number.has_value();
}

std::string file_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(fmt::format("{} can't be read", path.string()));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, std::string_view text) {
  if (const std::error_code failed = write_aside(path, text))
    throw Error(fmt::format("{} can't be written: {}; the runs that have ended are kept (--resume)",
                            path.string(), failed.message()));
}

void make_folder(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed)
    throw Error(fmt::format("the folder {} can't be made: {}", path.string(), failed.message()));
}

// A file that several processes append to: a line is there as a whole, or not at all.
void append_synced(const fs::path& path, std::string_view head, const std::string& line) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  const auto fail = [&](int error) {
    if (file >= 0) ::close(file);
    throw Error(fmt::format("{} can't be written: {}; what is in it stays", path.string(),
                            std::strerror(error)));
  };
  if (file < 0) fail(errno);
  ::flock(file, LOCK_EX);  // until it is closed
  const off_t size = ::lseek(file, 0, SEEK_END);
  std::string text;
  char last = '\n';
  if (size == 0) {
    text = std::string(head) + "\n";
  } else if (::pread(file, &last, 1, size - 1) == 1 && last != '\n') {
    text = "\n";  // a line that a kill has cut off
  }
  text += line + "\n";
  if (::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(file) != 0) {
    const int error = errno == 0 ? ENOSPC : errno;
    if (::ftruncate(file, size) != 0) fail(errno);
    fail(error);
  }
  ::close(file);
}

// Of two texts that are not the same.
std::string first_difference(const std::string& was, const std::string& is) {
  std::istringstream before(was);
  std::istringstream now(is);
  std::string old_line;
  std::string new_line;
  int number = 0;
  while (old_line == new_line) {
    ++number;
    old_line.clear();
    new_line.clear();
    std::getline(before, old_line);
    std::getline(now, new_line);
    if (!before && !now) break;
  }
  return fmt::format("line {} of its lesson was '{}' and is '{}'", number, old_line, new_line);
}

Json description_of(const SweepPlan& plan) {
  Json json{{"schema", 1}};
  json["program"] = "tracer " + plan.version;
  json["lesson_name"] = plan.name;
  json["data"] = plan.data_hash;
  json["dtype"] = plan.dtype == Dtype::float32 ? "float32" : "float64";
  json["threads"] = plan.threads;
  json["score"] = name_of(plan.score.kind);
  json["scored_on"] = key_of(plan.score.part);
  json["folds"] = plan.folds;
  if (plan.halving > 0) json["halving"] = plan.halving;
  json["mistake"] = plan.mistake;
  json["seeds"] = plan.seeds;
  json["options"] = Json::object();
  for (const SweepOption& option : plan.options) json["options"][option.name] = option.values;
  json["settings"] = Json::array();
  for (const Candidate& candidate : plan.candidates) json["settings"].push_back(candidate);
  json["lesson"] = plan.lesson;
  return json;
}

}  // namespace

std::string head_of_runs() { return fmt::format("{}", fmt::join(run_columns, ",")); }

std::string line_of(const PlannedRun& run, const std::string& setting, const RunResult& result) {
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{:.3f},{},.", run.key,
                     line_field(setting), run.seed, run.fold, result.is_done() ? "done" : "failed",
                     result.score, result.loss, result.train_score, result.judged, result.trained,
                     result.parameters, result.epochs, result.best_epoch, result.weights,
                     result.seconds, line_field(result.why));
}

Results results_in(std::string_view text) {
  Results results;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;  // it was cut off
    const auto fields = fields_of(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (!fields || fields->size() != run_columns.size() || fields->back() != ".") continue;
    const std::vector<std::string>& of = *fields;
    RunResult result;
    const bool numbers =
        read_number(of[5], result.score) && read_number(of[6], result.loss) &&
        read_number(of[7], result.train_score) && read_number(of[8], result.judged) &&
        read_number(of[9], result.trained) && read_number(of[10], result.parameters) &&
        read_number(of[11], result.epochs) && read_number(of[12], result.best_epoch) &&
        read_number(of[14], result.seconds);
    result.weights = of[13];
    result.why = of[15];
    if (numbers && result.is_done() == (of[4] == "done")) results.emplace(of[0], std::move(result));
  }
  return results;
}

SweepFolder::SweepFolder(fs::path path, const SweepPlan& plan, Take take) : path_(std::move(path)) {
  const bool is_there = fs::exists(path_ / "sweep.json");
  if (is_there && take == Take::fresh) {
    throw Error(
        fmt::format("{}: there is a sweep in this folder; --resume goes on with it, "
                    "--out FOLDER takes another",
                    path_.string()));
  }
  if (is_there) require_same(plan);
  make_folder(path_ / "runs");
  write_description(plan);
  read_again();
}

void SweepFolder::require_same(const SweepPlan& plan) const {
  const fs::path file = path_ / "sweep.json";
  Json there;
  try {
    there = Json::parse(file_text(file));
  } catch (const Json::exception&) {
    throw Error(fmt::format("{} is damaged; take another folder, --out", file.string()));
  }
  const Json asked = description_of(plan);
  const auto text = [](const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  for (const char* name : {"program", "dtype", "threads", "score", "scored_on", "folds", "mistake",
                           "lesson", "data"}) {
    const Json was = there.value(name, Json());
    if (was == asked[name]) continue;
    std::string difference = fmt::format("{} was {} and is {}", name, text(was), text(asked[name]));
    if (std::string_view(name) == "lesson") difference = first_difference(text(was), plan.lesson);
    if (std::string_view(name) == "data") difference = "its data were others";
    throw Error(
        fmt::format("{}: the sweep in this folder is another: {}; take another folder, --out",
                    path_.string(), difference));
  }
}

void SweepFolder::write_description(const SweepPlan& plan) const {
  write_file(path_ / "sweep.json", description_of(plan).dump(2) + "\n");
}

void SweepFolder::read_again() {
  const fs::path file = path_ / "runs.csv";
  if (fs::exists(file)) results_ = results_in(file_text(file));
}

void SweepFolder::add(const PlannedRun& run, const std::string& setting, const FinishedRun& made) {
  const fs::path folder = path_ / "runs" / run.key;
  make_folder(folder);
  write_file(folder / "run.lesson", run.lesson.text());
  write_file(folder / "history.csv", to_csv(made.model.history));
  if (made.result.is_done()) save_model(folder / "model.safetensors", made.model);
  append_synced(path_ / "runs.csv", head_of_runs(), line_of(run, setting, made.result));
  results_.emplace(run.key, made.result);
}

Model SweepFolder::model_of(const std::string& key) const {
  return load_model(path_ / "runs" / key / "model.safetensors");
}

}  // namespace tracer
