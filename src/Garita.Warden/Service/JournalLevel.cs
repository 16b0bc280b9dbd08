namespace Garita.Warden.Service;

/// <summary>Priorities of syslog(3).</summary>
internal enum JournalLevel : byte
{
    Error = 3,
    Warning = 4,
    Notice = 5,
    Information = 6,
}
