#include "datasets/download.hpp"

#include "datasets/load.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/http_server.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

using namespace tracer;
namespace fs = std::filesystem;

namespace {

// 200,000 bytes that compress little, so that a transfer can be cut off in the middle.
const Bytes& content() {
  static const Bytes bytes = [] {
    RandomStream draws(1, "test download");
    Bytes made(200'000);
    for (unsigned char& byte : made) byte = static_cast<unsigned char>(draws.bits() & 0x7fU);
    return made;
  }();
  return bytes;
}
const std::string& packed() {
  static const std::string text = [] {
    const Bytes bytes = gzipped(content());
    return std::string(bytes.begin(), bytes.end());
  }();
  return text;
}
const std::string& digest() {
  static const std::string text = sha256(content());
  return text;
}

CatalogueFile wanted() { return {"file", digest(), content().size(), packed().size()}; }

DownloadOptions quick() {
  DownloadOptions options;
  options.silence_seconds = 1;
  options.total_seconds = 20;
  return options;
}

struct DownloadOutcome {
  std::string error;  // empty: none
  bool was_there = false;
};

DownloadOutcome download(const fs::path& folder, const std::vector<std::string>& mirrors,
                         const DownloadOptions& options = quick()) {
  try {
    return {"", download_file(wanted(), mirrors, folder, options) == DownloadResult::was_there};
  } catch (const Error& error) {
    return {error.what()};
  }
}

bool has_the_file(const fs::path& folder) {
  return fs::exists(folder / "file.gz") && read_bytes(folder / "file.gz") == content() &&
         !fs::exists(folder / "file.gz.part");
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("SHA-256 is SHA-256", "[download]") {
  // FIPS 180-4's example, and the digest of nothing
  CHECK(sha256(bytes_of("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a good file is fetched, checked and named; the second time it is there", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) { return served(packed(), r); });
  std::int64_t last = 0, total = 0;
  DownloadOptions options = quick();
  options.progress = [&](const DownloadProgress& progress) {
    CHECK(progress.done >= last);
    CHECK(progress.file == "file.gz");
    last = progress.done;
    total = progress.total;
    return true;
  };
  const fs::path inside = folder.path() / "made" / "for it";
  CHECK(download(inside, {server.address() + "/a"}, options).error.empty());
  CHECK(has_the_file(inside));
  CHECK(last == static_cast<std::int64_t>(packed().size()));
  CHECK(total == last);
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].path == "/a/file.gz");
  CHECK(download(inside, {server.address()}).was_there);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a transfer that is cut off is continued where it was", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) {
    HttpAnswer answer = served(packed(), r);
    answer.says_length = static_cast<long>(answer.content.size());
    answer.content.resize(std::min<std::size_t>(answer.content.size(), 70'000));
    return answer;
  });
  CHECK(download(folder.path(), {server.address()}).error.empty());
  CHECK(has_the_file(folder.path()));
  REQUIRE(server.requests().size() >= 2);
  CHECK(server.requests()[1].first_byte == 70'000);
}

TEST_CASE("what an earlier attempt left is continued by the next", "[download]") {
  const TemporaryFolder folder;
  bool is_well = false;
  const HttpServer server([&](const HttpRequest& r) {
    if (is_well) return served(packed(), r);
    if (r.has_range) return HttpAnswer{503, "later"};
    HttpAnswer answer = served(packed(), r);
    answer.says_length = static_cast<long>(answer.content.size());
    answer.content.resize(50'000);
    return answer;
  });
  const DownloadOutcome first = download(folder.path(), {server.address()});
  CHECK(contains(first.error, "answers 503"));
  CHECK(contains(first.error, "start it again to continue"));
  CHECK(!fs::exists(folder.path() / "file.gz"));
  CHECK(fs::file_size(folder.path() / "file.gz.part") == 50'000);
  is_well = true;
  CHECK(download(folder.path(), {server.address()}).error.empty());
  CHECK(has_the_file(folder.path()));
  CHECK(server.requests().back().first_byte == 50'000);
}

TEST_CASE("a server that can't continue sends all of it again", "[download]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "file.gz.part", packed().substr(0, 1000));
  const HttpServer server([](const HttpRequest&) { return HttpAnswer{200, packed()}; });
  CHECK(download(folder.path(), {server.address()}).error.empty());
  CHECK(has_the_file(folder.path()));
}

TEST_CASE("a beginning of something else is thrown away, and all of it fetched", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) { return served(packed(), r); });
  for (const std::size_t length : {std::size_t{1000}, packed().size(), packed().size() + 5}) {
    CAPTURE(length);
    write_text(folder.path() / "file.gz.part", std::string(length, 'x'));
    CHECK(download(folder.path(), {server.address()}).error.empty());
    CHECK(has_the_file(folder.path()));
    fs::remove(folder.path() / "file.gz");
  }
}

TEST_CASE("a .part that is complete needs no server", "[download]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "file.gz.part", packed());
  CHECK(download(folder.path(), {}).error.empty());
  CHECK(has_the_file(folder.path()));
}

TEST_CASE("garbage is recognised by its digest and never gets the name", "[download]") {
  const TemporaryFolder folder;
  Bytes other = content();
  other[77] ^= 1U;
  const Bytes compressed = gzipped(other);
  for (const std::string& text :
       {std::string("<html>not found</html>"), std::string(compressed.begin(), compressed.end()),
        packed().substr(0, 5000), std::string()}) {
    const HttpServer server([&](const HttpRequest&) { return HttpAnswer{200, text}; });
    const DownloadOutcome outcome = download(folder.path(), {server.address()});
    CAPTURE(text.size(), outcome.error);
    CHECK(contains(outcome.error, "file.gz can't be fetched from its mirror"));
    CHECK(contains(outcome.error, "; name another mirror"));
    CHECK(!fs::exists(folder.path() / "file.gz"));
    CHECK(!fs::exists(folder.path() / "file.gz.part"));
  }
}

TEST_CASE("the mirrors are tried in turn, and each failure is told", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) {
    if (r.path == "/none/file.gz") return HttpAnswer{404, "<html>no</html>"};
    if (r.path == "/bad/file.gz") return HttpAnswer{200, "garbage"};
    if (r.path == "/moved/file.gz") {
      HttpAnswer answer{302, ""};
      answer.location = "/good/file.gz";
      return answer;
    }
    return served(packed(), r);
  });
  std::vector<std::string> remarks;
  DownloadOptions options = quick();
  options.remark = [&](const std::string& remark) { remarks.push_back(remark); };
  const std::string at = server.address();
  CHECK(download(folder.path(), {at + "/none/", at + "/bad/", at + "/moved/"}, options)
            .error.empty());
  CHECK(has_the_file(folder.path()));
  REQUIRE(remarks.size() == 2);
  CHECK(remarks[0] == at + "/none/file.gz: answers 404");
  CHECK(contains(remarks[1], "/bad/file.gz: content has the digest "));

  fs::remove(folder.path() / "file.gz");
  const DownloadOutcome all_bad = download(folder.path(), {at + "/none", at + "/bad"});
  CHECK(contains(all_bad.error, "file.gz can't be fetched from any of its mirrors: " + at +
                                    "/none/file.gz: answers 404; " + at + "/bad/file.gz: content"));
}

TEST_CASE("a server that falls silent is given up", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) {
    if (r.path == "/good/file.gz") return served(packed(), r);
    HttpAnswer answer{200, packed().substr(0, 500)};
    answer.says_length = static_cast<long>(packed().size());
    answer.never_ends = true;
    return answer;
  });
  const DownloadOutcome outcome = download(folder.path(), {server.address() + "/silent"});
  CHECK(contains(outcome.error, "is too slow or silent"));
  CHECK(!fs::exists(folder.path() / "file.gz"));
  CHECK(download(folder.path(), {server.address() + "/good"}).error.empty());
  CHECK(has_the_file(folder.path()));
}

TEST_CASE("a server that never ends is stopped", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest&) {
    HttpAnswer answer{200, std::string(50'000, 'x')};
    answer.goes_on_forever = true;
    return answer;
  });
  const DownloadOutcome outcome = download(folder.path(), {server.address()});
  CHECK(contains(outcome.error, "sends more than 300000 bytes"));
  CHECK(!fs::exists(folder.path() / "file.gz.part"));
}

TEST_CASE("progress may stop a download, which stays to be continued", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) {
    HttpAnswer answer = served(packed(), r);
    answer.says_length = static_cast<long>(answer.content.size());
    answer.content.resize(40'000);
    answer.never_ends = true;
    return answer;
  });
  DownloadOptions options = quick();
  options.silence_seconds = 10;
  options.progress = [](const DownloadProgress& progress) { return progress.done < 40'000; };
  const DownloadOutcome outcome =
      download(folder.path(), {server.address(), server.address()}, options);
  CHECK(contains(outcome.error, "the download was stopped; it continues when it is started again"));
  CHECK(fs::file_size(folder.path() / "file.gz.part") == 40'000);
  CHECK(server.requests().size() == 1);  // stopped is stopped: no other mirror

  options.progress = [](const DownloadProgress&) -> bool { throw std::logic_error("thrown"); };
  CHECK_THROWS_AS(download(folder.path(), {server.address()}, options), std::logic_error);
}

TEST_CASE("nobody at the address is an error in a sentence", "[download]") {
  const TemporaryFolder folder;
  std::string address;
  {
    const HttpServer server([](const HttpRequest&) { return HttpAnswer{}; });
    address = server.address();
  }
  const DownloadOutcome outcome = download(folder.path(), {address});
  CHECK(contains(outcome.error, address + "/file.gz: Failed to connect"));
  CHECK(!fs::exists(folder.path() / "file.gz.part"));
  CHECK(contains(download(folder.path(), {"file:///etc"}).error, "Protocol"));
}

TEST_CASE("a wrong file that stands in the place is fetched again, or named", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) { return served(packed(), r); });
  write_text(folder.path() / "file.gz", "damaged");
  std::string told;
  DownloadOptions options = quick();
  options.remark = [&](const std::string& remark) { told = remark; };
  CHECK(download(folder.path(), {server.address()}, options).error.empty());
  CHECK(has_the_file(folder.path()));
  CHECK(contains(told, "fetched again, for it is not right"));
  write_text(folder.path() / "file", "damaged");
  CHECK(contains(download(folder.path(), {server.address()}).error,
                 "is there already, but is not right"));
  write_bytes(folder.path() / "file", content());
  CHECK(download(folder.path(), {server.address()}).was_there);
}

TEST_CASE("a server may send the content uncompressed", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest&) {
    return HttpAnswer{200, std::string(content().begin(), content().end())};
  });
  CHECK(download(folder.path(), {server.address()}).error.empty());
  CHECK(read_raw_bytes(folder.path() / "file") == content());
}

TEST_CASE("a folder that can't be made or written is an error at once", "[download]") {
  const TemporaryFolder folder;
  const HttpServer server([](const HttpRequest& r) { return served(packed(), r); });
  write_text(folder.path() / "taken", "");
  CHECK(contains(download(folder.path() / "taken" / "x", {server.address()}).error,
                 "the folder can't be made"));
  fs::create_directory(folder.path() / "file.gz.part");
  CHECK(contains(download(folder.path(), {server.address()}).error, "can't be written"));
  CHECK(server.requests().empty());
}

TEST_CASE("an image set has four files, checked one by one", "[download]") {
  const TemporaryFolder folder;
  std::vector<std::string> asked;
  const HttpServer server([](const HttpRequest&) { return HttpAnswer{404, ""}; });
  DownloadOptions options = quick();
  options.mirrors = {server.address()};
  CHECK_THROWS_AS(download_images(image_set("mnist"), folder.path(), options), Error);
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].path == "/train-images-idx3-ubyte.gz");
}
