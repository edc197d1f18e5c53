"""Reading and writing recorded drives; rosbags lives only here."""
