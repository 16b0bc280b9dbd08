namespace Garita.Protocols.Smtp;

/// <summary>Why <see cref="DataReader"/> returned.</summary>
public enum DataStatus : byte
{
    /// <summary>All input was taken; the message goes on.</summary>
    NeedMore,
    /// <summary>The output is full and input is left.</summary>
    OutputFull,
    /// <summary>The message ended in CRLF "." CRLF; what was not consumed is the client's next command.</summary>
    End,
    /// <summary>A NUL or a misframed dot-line: refuse and close. What follows must never be read as commands.</summary>
    Stop,
}
