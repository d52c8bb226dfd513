// Model files: safetensors (written and read), and .npz (written). All are written aside and
// renamed, so that a full disk leaves the old file.
#pragma once

#include <filesystem>

#include "tracer/train/model.hpp"

namespace tracer {

/// Tensors by their names in the lesson; "__metadata__" holds "format": "pt", "lesson",
/// "lesson_name", "history" (JSON lines), "states" (their names, JSON) and "data" (the outline,
/// JSON). Row-major, as the format wants. Throws Error that names the file.
void save_model(const std::filesystem::path&, const Model&);
/// Throws Error: not there, cut short, not safetensors, no lesson in it.
Model load_model(const std::filesystem::path&);

/// A model file with more in it: "optimizer/W1 m", "best/W1" as tensors, epoch, step and counters
/// in the metadata. load_model reads it too, as the model of its last epoch.
void save_checkpoint(const std::filesystem::path&, const Checkpoint&);
Checkpoint load_checkpoint(const std::filesystem::path&);

/// NumPy's .npz: one .npy for each parameter and state, C order.
void save_npz(const std::filesystem::path&, const Model&);

}  // namespace tracer
