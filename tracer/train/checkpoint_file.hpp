// The file that `tracer train --checkpoint` writes after every epoch. Its history would make each
// write longer than the one before, and many epochs quadratic in time: so the records that can't
// change any more go, a hundred at a time, into a file beside it, which only grows.
//
//   run.ckpt            weights, optimiser, counters, the last records
//   run.ckpt.history    the records before them: a line of JSON each (history.hpp)
//
// The checkpoint says how many bytes of the other one are its own, so that whatever was being
// written when a run was killed, the two belong together. Next: model_file.hpp.
#pragma once

#include <filesystem>

#include "tracer/train/model_file.hpp"

namespace tracer {

class CheckpointFile {
 public:
  /// What killed runs have left half written beside that name is removed.
  explicit CheckpointFile(std::filesystem::path);

  /// A checkpoint (its own history does not count), and the whole history of its run: that of the
  /// last call and what has come since. Throws Error naming the file.
  void save(Checkpoint, const History&);

 private:
  void append(const History&, int records);

  std::filesystem::path path_;
  HistoryBeside beside_;
};

/// Puts the records that stand beside a checkpoint before its own, or remarks that they are missing.
void read_history_beside(const std::filesystem::path& checkpoint, Checkpoint&);

}  // namespace tracer
