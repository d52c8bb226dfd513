// The JSON of a POST, read with care: what is missing or of another kind is an Error, status 400.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tracer/serve/workbench.hpp"

namespace tracer::serve {

struct ClaimedFile {
  std::string name, content;
};

struct Workbench::Asked {
  /// Throws Error: no JSON object, or nested too deeply.
  explicit Asked(std::string_view body);

  // Each throws Error where it is not what it should be.

  std::string page() const;  ///< which open page asks: letters and digits
  long long number() const;  ///< that counts its requests
  std::string lesson() const { return text("lesson"); }
  /// Of the lesson, below the folder; "" where it has none yet.
  std::string name() const;
  int step() const;
  /// --set: names, and numbers or lists of them as a lesson has them.
  std::vector<std::pair<std::string, std::string>> settings() const;
  std::optional<ClaimedFile> claimed() const;
  std::string text(const char* key) const;  ///< "" where it is not there
  std::optional<std::string> optional_text(const char* key) const;
  bool is(const char* key) const;

 private:
  std::optional<long long> whole(const char* key) const;

  nlohmann::json json_;
};

/// All of it. Throws Error.
std::string text_of_file(const std::filesystem::path&);

}  // namespace tracer::serve
