// Where the real MNIST and Fashion-MNIST are on this machine, for the tests that need them:
//
//   TEST_CASE("digits are learnt", "[needs-mnist]") {
//     const auto folder = data_folder();
//     if (!folder) { WARN("skipped: no MNIST here"); return; }
//
// tests/CMakeLists.txt says what the tag does.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

/// The folder that holds mnist/ and fashion-mnist/: $TRACER_DATA, or shared/datasets beside the
/// project. Sets TRACER_DATA for this process where it was not set, so that load_images (and
/// programs started by the test) find the same files.
inline std::optional<std::filesystem::path> data_folder() {
  const auto has_mnist = [](const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_directory(folder / "mnist", ignored);
  };
  if (const char* told = std::getenv("TRACER_DATA"); told != nullptr && *told != '\0') {
    if (has_mnist(told)) return std::filesystem::path(told);
    return std::nullopt;
  }
  const std::filesystem::path beside =
      std::filesystem::path(TRACER_SOURCE_DIR) / ".." / "shared" / "datasets";
  if (!has_mnist(beside)) return std::nullopt;
  ::setenv("TRACER_DATA", beside.c_str(), 0);  // POSIX; before the test starts any thread
  return beside;
}
