#include "tracer/train/checkpoint_file.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "datasets/gzip.hpp"
#include "tracer/error.hpp"
#include "tracer/write_aside.hpp"

namespace tracer {
namespace {

// 100: an epoch writes at most so many records of some 200 bytes, which is little beside the weights.
constexpr int records_at_a_time = 100;

std::filesystem::path history_file(std::filesystem::path checkpoint) {
  return checkpoint += ".history";
}

}  // namespace

CheckpointFile::CheckpointFile(std::filesystem::path path) : path_(std::move(path)) {
  remove_leftovers(path_);
  remove_leftovers(history_file(path_));
}

void CheckpointFile::save(Checkpoint checkpoint, const History& history) {
  // the last record may still be replaced: an epoch that was cut is run again
  const int settled = static_cast<int>(history.size()) - 1;
  if (settled >= beside_.records + records_at_a_time) append(history, settled);
  checkpoint.model.history.assign(history.begin() + beside_.records, history.end());
  checkpoint.beside = beside_;
  save_checkpoint(path_, checkpoint);
}

void CheckpointFile::append(const History& history, int records) {
  std::string text;
  for (int k = beside_.records; k < records; ++k)
    text += to_json(history[static_cast<std::size_t>(k)]) + "\n";
  const std::filesystem::path file = history_file(path_);
  // what another run of this name has left there is replaced as a whole
  const std::error_code error =
      beside_.records == 0 ? write_aside(file, text) : write_behind(file, beside_.bytes, text);
  if (error) throw Error(fmt::format("{} can't be written: {}", file.string(), error.message()));
  beside_ = {records, beside_.bytes + static_cast<long long>(text.size()),
             checksum_of(text, beside_.checksum)};
}

void read_history_beside(const std::filesystem::path& path, Checkpoint& checkpoint) {
  const HistoryBeside wanted = std::exchange(checkpoint.beside, {});
  if (wanted.records == 0) return;
  const std::filesystem::path file = history_file(path);
  try {
    const Bytes bytes = read_raw_bytes(file);
    const std::string text(
        reinterpret_cast<const char*>(bytes.data()),
        std::min(bytes.size(), static_cast<std::size_t>(std::max(wanted.bytes, 0LL))));
    if (static_cast<long long>(text.size()) != wanted.bytes || checksum_of(text) != wanted.checksum)
      throw Error(fmt::format("{} is of another run", file.string()));
    History all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) all.push_back(epoch_from_json(line));
    History& last = checkpoint.model.history;
    last.insert(last.begin(), all.begin(), all.end());
  } catch (const Error& problem) {
    checkpoint.remarks.push_back(
        fmt::format("{}: the records of its first {} epochs are missing, and so they will be in "
                    "curves and tables: {}",
                    path.string(), wanted.records, problem.what()));
  }
}

}  // namespace tracer
