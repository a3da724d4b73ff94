"""What Scripts/bench computes, without a process: python3 -B -m unittest discover -s Tests/Bench"""
import unittest

from measuring import counting, frames, scenarios
from measuring.report import Mark, Row, number


class FrameTests(unittest.TestCase):
    """Requests on the wire."""

    def test_a_json_request_has_its_length_and_a_placeholder_for_its_id(self):
        body = b'{"type":"request","id":1000000000,"app_path":"echo","action":"echo","args":[0]}'
        self.assertEqual(frames.json_frame("echo", "echo", 0), len(body).to_bytes(4, "big") + body)

    def test_attachments_follow_the_json_and_are_not_in_its_length(self):
        frame = frames.json_frame("a", "b", attachments=[b"xyz", b""])
        self.assertTrue(frame.endswith(b'"attachments":[3,0]}xyz'))
        self.assertEqual(int.from_bytes(frame[:4], "big"), len(frame) - 4 - 3)

    def test_asking_for_attachments_sends_none(self):
        self.assertTrue(frames.json_frame("a", "b", attachments=[]).endswith(b'"attachments":[]}'))

    def test_a_request_that_shares_memory_has_placeholders_of_ten_digits(self):
        frame = frames.sharing_frame("a", "b", 5)
        self.assertEqual(int.from_bytes(frame[:4], "big"), len(frame) - 4)
        self.assertIn(b'"attachments":[{"fd":1000000001,"inode":1000000002,"size":5}]', frame)
        self.assertIn(b'"answer_area":{"fd":1000000003,"inode":1000000004,"size":5}', frame)

    def test_a_binary_request_has_its_header_and_each_value_its_kind(self):
        frame = frames.binary_frame("a", "b", 5, b"\x00")
        self.assertEqual(frame[:4], b"GD\x01\x01")
        self.assertEqual(int.from_bytes(frame[4:8], "big"), len(frame) - 16)
        self.assertEqual(
            frame[16:],
            b"\x21\x00\x00\x00\x04" b"\x11\x00\x00\x00\x08app_path" b"\x11\x00\x00\x00\x01a"
            b"\x11\x00\x00\x00\x06action" b"\x11\x00\x00\x00\x01b"
            b"\x11\x00\x00\x00\x04args" b"\x20\x00\x00\x00\x02" b"\x05\x00\x00\x00\x00\x00\x00\x00\x05"
            b"\x10\x00\x00\x00\x01\x00" b"\x11\x00\x00\x00\x06kwargs" b"\x21\x00\x00\x00\x00",
        )

    def test_what_the_binary_form_does_not_have_is_refused(self):
        with self.assertRaises(TypeError):
            frames.value(object())

    def test_a_frame_for_the_forwarder_is_longer_by_its_payload(self):
        self.assertEqual(len(frames.forwarder_frame(100)), len(frames.forwarder_frame()) + 100)


class ReportTests(unittest.TestCase):
    """Figures and marks."""

    def row(self, **rates):
        """A row with these rates, round by round."""
        row = Row("name", "about", {"rate": "calls/s"})
        for contestant, samples in rates.items():
            for rate in samples:
                row.add(contestant, {"rate": rate, "message": ""})
        return row

    def test_a_ratio_is_formed_round_by_round(self):
        self.assertEqual(self.row(one=[10, 30, 80], other=[10, 10, 40]).ratios("one", "other"), [1, 3, 2])

    def test_the_median_decides_whether_a_mark_is_reached(self):
        self.assertTrue(Mark("", [0.1, 0.8, 0.9], at_least=0.75).is_reached)
        self.assertFalse(Mark("", [0.1, 0.2, 0.9], at_least=0.75).is_reached)
        self.assertTrue(Mark("", [1.3], at_most=1.3).is_reached)
        self.assertFalse(Mark("", [1.31], at_most=1.3).is_reached)

    def test_a_mark_without_its_contestant_is_neither_reached_nor_missed(self):
        row = self.row(one=[1])
        row.mark("rate", row.ratios("one", "other"), at_least=2)
        self.assertIsNone(row.marks[0].is_reached)
        self.assertIn("not measured", row.marks[0].line())

    def test_a_figure_without_a_mark_is_only_told(self):
        row = self.row(one=[3])
        row.tell("rate", row.samples("one", "rate"))
        self.assertIsNone(row.marks[0].is_reached)
        self.assertEqual(row.marks[0].line().split()[0], "told")

    def test_calls_that_failed_are_shown(self):
        row = self.row(one=[5])
        row.add("one", {"rate": 5, "errors": 3})
        self.assertIn("3 ERRORS", "\n".join(row.lines()))

    def test_the_json_keeps_every_sample(self):
        shown = self.row(one=[3, 1, 2]).json()["contestants"]["one"]["rate"]
        self.assertEqual(shown, {"min": 1, "median": 2, "max": 3, "samples": [3, 1, 2]})

    def test_figures_have_as_many_digits_as_mean_something(self):
        self.assertEqual([number(figure) for figure in (0.12345, 12.345, 1234.5)], ["0.123", "12.3", "1,234"])


class ScenarioTests(unittest.TestCase):
    """Which scenarios a name means."""

    def test_a_family_means_all_of_its_scenarios(self):
        self.assertEqual(list(scenarios.chosen(["noop"])), ["noop-1", "noop-16", "noop-64", "noop-200"])

    def test_a_name_means_one_scenario_though_others_begin_like_it(self):
        self.assertEqual(list(scenarios.chosen(["noop-1"])), ["noop-1"])

    def test_no_name_means_all(self):
        self.assertEqual(list(scenarios.chosen([])), list(scenarios.all_scenarios()))

    def test_an_unknown_name_is_refused(self):
        with self.assertRaises(SystemExit):
            scenarios.chosen(["noop", "nop"])


class CountingTests(unittest.TestCase):
    """What is read from a profile."""

    def test_calls_of_allocators_are_added_up(self):
        profile = "fn=f\ncfn=malloc\ncalls=3 0\n0 9\ncfn=g\ncalls=5 0\n0 1\ncfn=calloc\ncalls=2 0\n0 9\ntotals: 1200\n"
        self.assertEqual(counting.totals(profile), {"instructions": 1200, "allocations": 5})

    def test_a_profile_that_was_cut_off_is_refused(self):
        with self.assertRaises(RuntimeError):
            counting.totals("fn=f\n")

    def test_limits_of_an_unknown_build_are_refused(self):
        with self.assertRaises(SystemExit):
            counting.limits("fast")


if __name__ == "__main__":
    unittest.main()
