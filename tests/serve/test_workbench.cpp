// What the workbench answers, computed by the program itself.
#include <filesystem>
#include <thread>

#include "tests/catch.hpp"
#include "tests/serve/asking.hpp"
#include "tracer/serve/base64_text.hpp"
#include "tracer/serve/mistakes.hpp"
#include "tracer/text/markup.hpp"

namespace tracer {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

// So long that it is surely ended by somebody.
const std::string endless_lesson =
    "seed 1\ndata X, Y = circles(1000)\nparam W = kaiming(64, 2)\nparam V = xavier(1, 64)\n"
    "P = sigmoid(V @ tanh(W @ X))\nL = bce(P, Y)\n"
    "train L with sgd(lr=0.001), batch_size=1, epochs=100000\n";

std::string as_base64(const std::string& text) {
  return base64({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

}  // namespace

TEST_CASE("a lesson becomes the page that derive makes", "[serve]") {
  Bench bench;
  const Json made = bench.compute("derive", {{"lesson", small_lesson}, {"slips", true}});
  CHECK(made["state"] == "made");
  const serve::Response page = bench.get(made["page"]);
  CHECK(page.status == 200);
  write_text(bench.place / "typed.lesson", small_lesson);
  CHECK(
      page.body ==
      run_program({"derive", (bench.place / "typed.lesson").string(), "--format", "html"}).output);
  CHECK(has(page.body, "id=\"slips\""));
  // while one types it comes without what only predictions need
  const Json soon = bench.compute("derive", {{"lesson", small_lesson}});
  CHECK(!has(bench.get(soon["page"]).body, "id=\"slips\""));
  // its own policy, with the digest of its script, and none but our page frames it
  const std::string policy = header_of(page, "content-security-policy");
  CHECK(has(policy, "script-src 'sha256-"));
  CHECK(has(policy, "frame-ancestors 'self'"));
  CHECK(header_of(bench.get(std::string(made["page"]) + "?download=a%22/../b"),
                  "content-disposition") == "attachment; filename=\"a22..b.html\"");
  CHECK(bench.get("/page/999").status == 404);
  CHECK(bench.get("/page/../../etc/passwd").status == 404);
  CHECK(bench.get("/page/%2e%2e/%2e%2e/etc/passwd").status == 404);
}

TEST_CASE("values of sliders take the place of the lesson's", "[serve]") {
  Bench bench;
  const Json made = bench.compute("derive", {{"lesson", small_lesson}, {"set", {{"w", "-0.5"}}}});
  REQUIRE(made["state"] == "made");
  CHECK(has(bench.get(made["page"]).body, "0.25"));
  for (const Json& set :
       {Json{{"w", "1; import os"}}, Json{{"w", 1}}, Json{{"--wrt", "1"}}, Json{{"w=1 -o", "1"}},
        Json{{"", "1"}}, Json::array({"w=1"}), Json{{"w", "csv(\"/etc/passwd\")"}}}) {
    INFO(set.dump());
    CHECK(bench
              .post("/derive",
                    {{"page", "p"}, {"number", 100}, {"lesson", small_lesson}, {"set", set}})
              .status == 400);
  }
}

TEST_CASE("a mistake has its place, its caret and its remedy", "[serve]") {
  Bench bench;
  const Json made = bench.compute("derive", {{"lesson", "param w = 2\nL = w*qq + relo(w)\n"}});
  CHECK(made["state"] == "failed");
  CHECK(made["status"] == 2);
  const Json mistake = made["mistakes"].at(0);
  CHECK(mistake["line"] == 2);
  CHECK(mistake["column"] == 7);
  CHECK(mistake["length"] == 2);
  CHECK(mistake["says"] == "there is no value called qq");
  CHECK(has(mistake["shown"], "^~"));
  CHECK(has(mistake["shown"], "define it above"));
  CHECK_FALSE(made.contains("page"));
}

TEST_CASE("complaints are read with their places; the rest stays as words", "[serve]") {
  const serve::Complaints read = serve::read_complaints(
      "<in>:9:6: error: no\n  9 | Z1 = W1*X\n    |      ^~~~\n  write W1 @ X\n"
      "<in>:10:1: error: and no\ntracer: error: something else\nmore\n",
      "<in>");
  REQUIRE(read.mistakes.size() == 2);
  CHECK(read.mistakes[0].line == 9);
  CHECK(read.mistakes[0].column == 6);
  CHECK(read.mistakes[0].length == 4);
  CHECK(read.mistakes[1].says == "and no");
  CHECK(read.others == "something else\nmore\n");
}

TEST_CASE("titles, names and messages are text on the page", "[serve]") {
  Bench bench;
  const Json made =
      bench.compute("derive", {{"lesson", "# <script>alert(1)</script>\n" + small_lesson}});
  REQUIRE(made["state"] == "made");
  const std::string page = bench.get(made["page"]).body;
  CHECK(has(page, "&lt;script&gt;alert(1)"));
  CHECK_FALSE(has(page, "<script>alert(1)"));
  const Json checked = bench.compute(
      "check",
      {{"lesson", small_lesson},
       {"claimed", {{"name", "<img src=x>.json"}, {"base64", as_base64("{\"dL/dw\": 3}")}}}});
  REQUIRE(checked["state"] == "made");
  CHECK_FALSE(has(bench.get(checked["page"]).body, "<img"));
}

TEST_CASE("lessons read files below the folder, and no others", "[serve]") {
  Bench bench;
  const TemporaryFolder outside;
  write_text(outside / "secret.csv", "a,b\n1,2\n3,4\n");
  fs::create_directories(bench.place / "hw");
  write_text(bench.place / "hw/mine.csv", "a,b\n1,2\n3,4\n");
  write_text(bench.place / "top.csv", "a,b\n1,2\n3,4\n");
  fs::create_symlink(outside / "secret.csv", bench.place / "hw/link.csv");
  const auto reads = [&](const std::string& call) {
    return bench.compute("derive",
                         {{"lesson", "data x, y = " + call + "\nparam w = 1\nL = mse(w*x, y)\n"},
                          {"name", "hw/a.lesson"}});
  };
  CHECK(reads("csv(\"mine.csv\", label=1, classes=0)")["state"] == "made");
  CHECK(reads("csv(\"../top.csv\", label=1, classes=0)")["state"] == "made");
  for (const std::string& path :
       {(outside / "secret.csv").string(), std::string("link.csv"),
        "../../" + outside.path().filename().string() + "/secret.csv", std::string("/etc/passwd"),
        std::string("/proc/self/environ"), std::string("/dev/stdin")}) {
    for (const std::string& call : {"csv(\"" + path + "\")", "npz(\"" + path + "\")",
                                    "idx(\"" + path + "\", \"" + path + "\")",
                                    "npy(\"" + path + "\"), npy(\"" + path + "\")"}) {
      INFO(call);
      const Json made = reads(call);
      CHECK(made["state"] == "failed");
      CHECK(has(made.dump(), "opens files below"));
    }
  }
  const Json leaf =
      bench.compute("derive", {{"lesson", "param W = npy(\"/etc/passwd\")\nL = sum(W)\n"}});
  CHECK(has(leaf.dump(), "opens files below"));
}

TEST_CASE("a name that leads out of the folder computes nothing", "[serve]") {
  Bench bench;
  for (const char* name : {"../a.lesson", "/tmp/a.lesson", "%2e%2e/a.txt"})
    CHECK(bench
              .post("/derive",
                    {{"page", "p"}, {"number", 1}, {"lesson", small_lesson}, {"name", name}})
              .status == 400);
}

TEST_CASE("what takes too long is ended, and says so", "[serve]") {
  Bench bench({.computation = std::chrono::seconds(1)});
  const auto begun = std::chrono::steady_clock::now();
  std::string lesson = "param A = normal(60, 60)\nZ1 = A @ A\n";
  for (int i = 2; i < 40; ++i) lesson += fmt::format("Z{0} = tanh(Z{1} @ A)\n", i, i - 1);
  const Json made = bench.compute("check", {{"lesson", lesson + "L = sum(Z39)\n"}});
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
  CHECK(made["state"] == "failed");
  CHECK(has(made["says"], "this was ended after 1 s"));
}

TEST_CASE("a child may not take more memory or output than it is given", "[serve]") {
  serve::ChildRunner runner(TRACER_PROGRAM);
  serve::Task much{{"derive", "-", "--format", "html"},
                   read_text(lessons_folder() / "xor-2-2-1.lesson")};
  much.output = 1000;
  CHECK(runner.start(much)->wait().why == serve::Ended::Why::too_much);
#ifndef __SANITIZE_ADDRESS__  // under which a child's addresses are not limited
  serve::Task large{{"train", "-", "--format", "json"},
                    "data X, Y = circles(1000)\nparam W = normal(9000, 9000)\nparam V = normal(2, "
                    "2)\nP = sigmoid(sum(V @ X, axis=0) + mean(W))\nL = bce(P, Y)\ntrain L with "
                    "sgd(lr=0.1), batch_size=10, epochs=1\n"};
  large.memory = std::size_t{1} << 29U;
  const serve::Ended ended = runner.start(large)->wait();
  CHECK(ended.why == serve::Ended::Why::by_itself);
  CHECK(ended.status != 0);
#endif
}

TEST_CASE("a process that was prepared does what one that was not does, once", "[serve]") {
  Bench bench;
  const auto page = [&](const std::string& lesson) {
    const Json made = bench.compute("derive", {{"lesson", lesson}});
    REQUIRE(made["state"] == "made");
    return bench.get(made["page"]).body;
  };
  const std::string first = page(small_lesson);
  for (int i = 0; i < 2; ++i) CHECK(bench.post("/soon", {{"name", ""}}).status == 200);
  CHECK(page(small_lesson) == first);
  CHECK(page(small_lesson) == first);  // by a new one
  bench.post("/soon", {{"name", ""}});
  CHECK(has(page("# Other\nparam v = 3\nL = v**3\n"), "Other"));
  bench.post("/soon", {{"name", ""}});  // and nobody asks
}

TEST_CASE("a child that is cancelled ends at once", "[serve]") {
  serve::ChildRunner runner(TRACER_PROGRAM);
  const auto run = runner.start({{"train", "-", "--format", "json"}, endless_lesson});
  const auto begun = std::chrono::steady_clock::now();
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    run->cancel();
  });
  CHECK(run->wait().why == serve::Ended::Why::cancelled);
  canceller.join();
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
  run->interrupt();  // it is over: nothing is sent to anybody
}

TEST_CASE("a training gives its epochs, pictures and, when it is stopped, its report", "[serve]") {
  Bench bench;
  CHECK(bench.post("/train", {{"page", "p"}, {"lesson", endless_lesson}}).status == 200);
  std::string output;
  const auto news = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    Json said = Json::parse(bench.post("/train/news", {{"page", "p"}}).body);
    if (said.contains("output")) output += said["output"];
    return said;
  };
  for (int i = 0; i < 600 && !has(output, "\"pictures\""); ++i) news();
  CHECK(has(output, "\"boundary\""));
  CHECK(has(output, "<svg"));
  CHECK(has(output, "\"loss\""));
  bench.post("/train/stop", {{"page", "p"}});
  Json said = Json::object();
  for (int i = 0; i < 600 && said.value("state", "") != "ended"; ++i) said = news();
  REQUIRE(said["state"] == "ended");
  CHECK(said["status"] == 130);
  CHECK(has(bench.get(said["page"]).body, "Decision boundary"));
  CHECK(Json::parse(bench.post("/train/news", {{"page", "p"}}).body)["state"] == "none");
}

TEST_CASE("somebody's gradients and answers are judged, and no path of ours is told", "[serve]") {
  Bench bench;
  const Json checked = bench.compute(
      "check", {{"lesson", small_lesson},
                {"claimed", {{"name", "grads.json"}, {"base64", as_base64("{\"dL/dw\": -4}")}}}});
  REQUIRE(checked["state"] == "made");
  CHECK(checked["status"] == 1);
  const std::string page = bench.get(checked["page"]).body;
  CHECK(has(page, "grads.json"));
  CHECK_FALSE(has(page, "tracer-serve"));
  const Json marked =
      bench.compute("mark", {{"lesson", small_lesson}, {"answers", "L = 4\ndL/dw = 5\n"}});
  REQUIRE(marked["state"] == "made");
  CHECK(has(bench.get(marked["page"]).body, "right"));
  const Json unread = bench.compute("mark", {{"lesson", small_lesson}, {"answers", ""}});
  CHECK(unread["state"] == "failed");
  CHECK_FALSE(has(unread.dump(), "tracer-serve"));
}

TEST_CASE("saving asks before it writes over what the page has not seen", "[serve]") {
  Bench bench;
  const auto save = [&](const std::string& text, const Json& seen, bool over = false) {
    return bench
        .post("/save", {{"name", "a.lesson"}, {"text", text}, {"seen", seen}, {"over", over}})
        .status;
  };
  CHECK(save("one", nullptr) == 200);
  CHECK(save("two", nullptr) == 409);
  CHECK(save("two", "one") == 200);
  write_text(bench.place / "a.lesson", "by another program");
  CHECK(save("three", "two") == 409);
  CHECK(read_text(bench.place / "a.lesson") == "by another program");
  CHECK(save("three", "two", true) == 200);
  CHECK(Json::parse(bench.post("/open", {{"from", "folder"}, {"name", "a.lesson"}}).body)["text"] ==
        "three");
  CHECK(has(bench.post("/open", {{"from", "shipped"}, {"name", "relu-1-1-1"}}).body, "relu(z1)"));
  CHECK(bench.post("/open", {{"from", "shipped"}, {"name", "../run"}}).status == 400);
  CHECK(bench.post("/save", {{"name", "../a.lesson"}, {"text", "x"}}).status == 400);
}

TEST_CASE("base64 is read as it is written", "[serve]") {
  for (const std::string& bytes :
       {std::string(), std::string("a"), std::string("ab\0\xFF", 4), std::string("abcde")})
    CHECK(serve::bytes_of_base64(as_base64(bytes)) == bytes);
  CHECK_FALSE(serve::bytes_of_base64("a"));
  CHECK_FALSE(serve::bytes_of_base64("a*=="));
}

}  // namespace tracer
