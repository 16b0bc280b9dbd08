namespace Garita.Hardening.Host;

/// <summary>What statx(2) says of a path.</summary>
internal sealed record DiskEntry(FileKind Kind, UnixFileMode Mode, uint User, uint Group, ulong Size, DateTimeOffset Modified)
{
    public FileFacts Facts => new(Mode, User, Group, Kind == FileKind.Folder) { Modified = Modified };
}
