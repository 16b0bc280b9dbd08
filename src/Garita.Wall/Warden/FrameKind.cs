namespace Garita.Wall.Warden;

/// <summary>What a frame says: the second octet of its head. Answers have the highest bit.</summary>
internal enum FrameKind : byte
{
    Ban = 1,
    Unban = 2,
    SnapshotBegin = 3,
    SnapshotPart = 4,
    SnapshotEnd = 5,
    Flood = 6,
    Wish = 7,
    Status = 8,
    Done = 0x81,
    State = 0x82,
    Refusal = 0x83,
}
